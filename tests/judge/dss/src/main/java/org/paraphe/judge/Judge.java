package org.paraphe.judge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import eu.europa.esig.dss.diagnostic.AbstractTokenProxy;
import eu.europa.esig.dss.diagnostic.CertificateWrapper;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlObjectModification;
import eu.europa.esig.dss.enumerations.TokenExtractionStrategy;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.validation.CertificateVerifier;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks EU DSS about files: a list of questions as JSON on standard input, its findings on standard output.
 *
 * <p>Nothing is fetched: no online source is given to DSS, so that what is not in the file is missing. The validation
 * policy is DSS's own default. One process answers for all files.
 */
public final class Judge {
    private Judge() {
    }

    /**
     * One file.
     *
     * @param file what was signed
     * @param content what a detached signature is about; null for a PDF
     * @param signatures PEM files of roots that vouch for signers and seals
     * @param timestamps PEM files of roots that vouch for time-stamps
     * @param at the instant of validation, RFC 3339; null is now
     */
    public record Question(String file, String content, List<String> signatures, List<String> timestamps, String at) {
    }

    /** What DSS says of a file; `error` only when it could not read it at all. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Answer(String file, List<Signature> signatures, List<Timestamp> timestamps, String error) {
    }

    /** One signature; `purpose` says whether its chain ends at a root given for signatures. */
    public record Signature(String field, String indication, String subIndication, String format, String best,
            boolean purpose, List<String> errors, List<String> warnings, Changes changes) {
    }

    /** One time-stamp; `purpose` says whether its chain ends at a root given for time-stamps. */
    public record Timestamp(String kind, String field, String indication, String subIndication, String at,
            boolean purpose, List<String> errors, List<String> warnings, Changes changes) {
    }

    /** What DSS finds changed between a signed revision and the file's last one: paths of objects, names of fields. */
    public record Changes(List<String> extension, List<String> filling, List<String> annotations, List<String> undefined,
            List<String> fields, int visual) {
    }

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ENGLISH);
        ObjectMapper mapper = new ObjectMapper();
        Question[] questions = mapper.readValue(System.in, Question[].class);
        List<Answer> answers = new ArrayList<>();
        for (Question question : questions) {
            answers.add(answer(question));
        }
        mapper.writeValue(System.out, answers);
    }

    private static Answer answer(Question question) {
        try {
            return judge(question);
        } catch (IOException | CertificateException | RuntimeException error) {
            return new Answer(question.file(), List.of(), List.of(), error.toString());
        }
    }

    private static Answer judge(Question question) throws IOException, CertificateException {
        Collection<CertificateToken> signers = load(question.signatures());
        Collection<CertificateToken> stampers = load(question.timestamps());
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(new File(question.file())));
        validator.setCertificateVerifier(verifier(signers, stampers));
        validator.setTokenExtractionStrategy(TokenExtractionStrategy.NONE);
        validator.setEnableEtsiValidationReport(false);
        validator.setLocale(Locale.ENGLISH);
        if (question.content() != null) {
            List<DSSDocument> contents = List.of(new FileDocument(new File(question.content())));
            validator.setDetachedContents(contents);
        }
        if (question.at() != null) {
            validator.setValidationTime(Date.from(Instant.parse(question.at())));
        }
        Reports reports = validator.validateDocument();
        SimpleReport simple = reports.getSimpleReport();
        DiagnosticData data = reports.getDiagnosticData();
        Set<String> vouchForSigners = ids(signers);
        Set<String> vouchForStamps = ids(stampers);
        List<Signature> signatures = data.getSignatures().stream().map(one -> signature(simple, one, vouchForSigners)).toList();
        List<Timestamp> timestamps = data.getTimestampList().stream().map(one -> timestamp(simple, one, vouchForStamps)).toList();
        return new Answer(question.file(), signatures, timestamps, null);
    }

    private static CertificateVerifier verifier(Collection<CertificateToken> signers, Collection<CertificateToken> stampers) {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        signers.forEach(trusted::addCertificate);
        stampers.forEach(trusted::addCertificate);
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null);
        verifier.setOcspSource(null);
        verifier.setCrlSource(null);
        return verifier;
    }

    private static Collection<CertificateToken> load(List<String> files) throws IOException, CertificateException {
        List<CertificateToken> found = new ArrayList<>();
        for (String file : files) {
            try (InputStream stream = new FileInputStream(file)) {
                CertificateFactory.getInstance("X.509").generateCertificates(stream)
                        .forEach(one -> found.add(new CertificateToken((X509Certificate) one)));
            }
        }
        return found;
    }

    private static Set<String> ids(Collection<CertificateToken> certificates) {
        return certificates.stream().map(CertificateToken::getDSSIdAsString).collect(Collectors.toSet());
    }

    private static Signature signature(SimpleReport simple, SignatureWrapper one, Set<String> roots) {
        String id = one.getId();
        PDFRevisionWrapper revision = one.getPDFRevision();
        return new Signature(field(revision), name(simple.getIndication(id)), name(simple.getSubIndication(id)),
                name(one.getSignatureFormat()), instant(simple.getBestSignatureTime(id)), endsAt(one, roots),
                texts(simple.getAdESValidationErrors(id)), texts(simple.getAdESValidationWarnings(id)), changes(revision));
    }

    private static Timestamp timestamp(SimpleReport simple, TimestampWrapper one, Set<String> roots) {
        String id = one.getId();
        PDFRevisionWrapper revision = one.getPDFRevision();
        return new Timestamp(name(one.getType()), field(revision), name(simple.getIndication(id)),
                name(simple.getSubIndication(id)), instant(one.getProductionTime()), endsAt(one, roots),
                texts(simple.getAdESValidationErrors(id)), texts(simple.getAdESValidationWarnings(id)), changes(revision));
    }

    private static boolean endsAt(AbstractTokenProxy token, Set<String> roots) {
        return token.getCertificateChain().stream().map(CertificateWrapper::getId).anyMatch(roots::contains);
    }

    private static Changes changes(PDFRevisionWrapper revision) {
        if (revision == null) {
            return null;
        }
        return new Changes(paths(revision.getPdfExtensionChanges()), paths(revision.getPdfSignatureOrFormFillChanges()),
                paths(revision.getPdfAnnotationChanges()), paths(revision.getPdfUndefinedChanges()),
                revision.getModifiedFieldNames(), revision.getPdfVisualDifferenceConcernedPages().size());
    }

    private static List<String> paths(List<XmlObjectModification> changes) {
        return changes.stream().map(one -> one.getAction() + " " + one.getValue()).toList();
    }

    private static String field(PDFRevisionWrapper revision) {
        return revision == null ? null : revision.getFirstFieldName();
    }

    private static List<String> texts(List<Message> messages) {
        return Stream.ofNullable(messages).flatMap(List::stream).map(Message::getValue).toList();
    }

    private static String name(Enum<?> value) {
        return value == null ? null : value.name();
    }

    private static String instant(Date date) {
        return date == null ? null : date.toInstant().toString();
    }
}
