package org.paraphe.versus;

import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.ExternalResourcesOCSPSource;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.util.Arrays;

/** EU DSS over PDFBox: what it needs to know for B-LT is given to it as files. */
final class WithDss implements Versus.Signer {
    private final Material material;
    private final boolean lasting;
    private final PAdESService service;

    WithDss(Material material, boolean lasting) {
        this.material = material;
        this.lasting = lasting;
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        trusted.addCertificate(last(material.chain()));
        trusted.addCertificate(last(material.stampers()));
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null);
        verifier.setOcspSource(new ExternalResourcesOCSPSource(new InMemoryDocument(material.ocsp())));
        verifier.setCrlSource(new ExternalResourcesCRLSource(
                material.lists().stream().map(InMemoryDocument::new).toArray(DSSDocument[]::new)));
        service = new PAdESService(verifier);
        service.setTspSource(material.stamps());
    }

    @Override
    public void sign(Path source, Path target) throws Exception {
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(lasting ? SignatureLevel.PAdES_BASELINE_LT : SignatureLevel.PAdES_BASELINE_B);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(new CertificateToken(material.chain()[0]));
        parameters.setCertificateChain(Arrays.stream(material.chain()).map(CertificateToken::new).toArray(CertificateToken[]::new));
        parameters.getImageParameters().getFieldParameters().setFieldId(Versus.FIELD);
        DSSDocument document = new FileDocument(source.toFile());
        ToBeSigned bytes = service.getDataToSign(document, parameters);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(material.key());
        signature.update(bytes.getBytes());
        SignatureValue value = new SignatureValue(SignatureAlgorithm.ECDSA_SHA256, signature.sign());
        DSSDocument signed = service.signDocument(document, parameters, value);
        try (OutputStream out = Files.newOutputStream(target)) {
            signed.writeTo(out);
        }
    }

    private static CertificateToken last(java.security.cert.X509Certificate[] chain) {
        return new CertificateToken(chain[chain.length - 1]);
    }
}
