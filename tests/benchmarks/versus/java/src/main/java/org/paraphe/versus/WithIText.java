package org.paraphe.versus;

import com.itextpdf.kernel.pdf.PdfReader;
import com.itextpdf.signatures.IExternalSignature;
import com.itextpdf.signatures.ITSAClient;
import com.itextpdf.signatures.PdfPadesSigner;
import com.itextpdf.signatures.PrivateKeySignature;
import com.itextpdf.signatures.SignerProperties;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;

/** iText's PAdES signer. */
final class WithIText implements Versus.Signer {
    private static final int ROOM = 8192;
    private final Material material;
    private final boolean lasting;
    private final byte[] ocsp;

    WithIText(Material material, boolean lasting) throws IOException, OCSPException {
        this.material = material;
        this.lasting = lasting;
        this.ocsp = ((BasicOCSPResp) new OCSPResp(material.ocsp()).getResponseObject()).getEncoded();
    }

    @Override
    public void sign(Path source, Path target) throws Exception {
        IExternalSignature key = new PrivateKeySignature(material.key(), "SHA-256", null);
        SignerProperties properties = new SignerProperties().setFieldName(Versus.FIELD);
        try (PdfReader reader = new PdfReader(source.toFile()); OutputStream out = Files.newOutputStream(target)) {
            PdfPadesSigner signer = new PdfPadesSigner(reader, out);
            if (!lasting) {
                signer.signWithBaselineBProfile(properties, material.chain(), key);
                return;
            }
            signer.setTrustedCertificates(List.of(material.chain()[material.chain().length - 1],
                    material.stampers()[material.stampers().length - 1]));
            signer.setOcspClient((checked, issuer, url) -> checked.equals(material.chain()[0]) ? ocsp : null);
            signer.setCrlClient((checked, url) -> material.lists());
            signer.signWithBaselineLTProfile(properties, material.chain(), key, new Stamps(material));
        }
    }

    /** The time-stamp service as iText wants to see it. */
    private record Stamps(Material material) implements ITSAClient {
        @Override
        public int getTokenSizeEstimate() {
            return ROOM;
        }

        @Override
        public MessageDigest getMessageDigest() throws GeneralSecurityException {
            return MessageDigest.getInstance("SHA-256");
        }

        @Override
        public byte[] getTimeStampToken(byte[] imprint) {
            return material.stamps().getTimeStampResponse(DigestAlgorithm.SHA256, imprint).getBytes();
        }
    }
}
