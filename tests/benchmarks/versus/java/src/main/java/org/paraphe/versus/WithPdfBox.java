package org.paraphe.versus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Calendar;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** PDFBox leaves the CMS to its caller: Bouncy Castle makes it, with the attribute that level B asks for. */
final class WithPdfBox implements Versus.Signer {
    private final Material material;

    WithPdfBox(Material material) {
        this.material = material;
    }

    @Override
    public void sign(Path source, Path target) throws Exception {
        try (PDDocument document = Loader.loadPDF(source.toFile()); OutputStream out = Files.newOutputStream(target)) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ETSI_CADES_DETACHED);
            signature.setName("Bench");
            signature.setSignDate(Calendar.getInstance());
            var field = document.getDocumentCatalog().getAcroForm().getField(Versus.FIELD);
            field.getCOSObject().setItem(COSName.V, signature);
            document.addSignature(signature, this::cms);
            document.saveIncremental(out);
        }
    }

    private byte[] cms(InputStream content) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(material.chain()[0].getEncoded());
            Attribute names = new Attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                    new DERSet(new SigningCertificateV2(new ESSCertIDv2(digest))));
            var attributes = new DefaultSignedAttributeTableGenerator(new AttributeTable(names));
            var builder = new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
            builder.setSignedAttributeGenerator(parameters -> attributes.getAttributes(parameters)
                    .remove(PKCSObjectIdentifiers.pkcs_9_at_signingTime));
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(material.key()), material.chain()[0]));
            generator.addCertificates(new JcaCertStore(List.of(material.chain())));
            return generator.generate(new CMSProcessableByteArray(content.readAllBytes()), false).getEncoded();
        } catch (GeneralSecurityException | OperatorCreationException | CMSException error) {
            throw new IOException(error);
        }
    }
}
