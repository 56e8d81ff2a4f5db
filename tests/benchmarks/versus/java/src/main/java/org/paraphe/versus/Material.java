package org.paraphe.versus;

import eu.europa.esig.dss.spi.x509.tsp.KeyEntityTSPSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * What signers sign with and what makes a signature last.
 *
 * @param key of the signer, P-256
 * @param chain the signer's certificate first, its root last
 * @param stamps a time-stamp service in this process
 * @param stampers its certificates, its root last
 * @param ocsp an answer about the signer's certificate
 * @param lists revocation lists about the certificates above
 */
record Material(PrivateKey key, X509Certificate[] chain, KeyEntityTSPSource stamps, X509Certificate[] stampers, byte[] ocsp,
        List<byte[]> lists) {
    static Material load(Path folder) throws IOException, GeneralSecurityException {
        X509Certificate[] stampers = certificates(folder.resolve("tsa-chain.pem"));
        KeyEntityTSPSource stamps = new KeyEntityTSPSource(key(folder.resolve("tsa-key.pem")), stampers[0], List.of(stampers));
        stamps.setTsaPolicy("1.2.3");
        return new Material(key(folder.resolve("key.pem")), certificates(folder.resolve("chain.pem")), stamps, stampers,
                Files.readAllBytes(folder.resolve("ocsp.der")),
                List.of(Files.readAllBytes(folder.resolve("root.crl")), Files.readAllBytes(folder.resolve("tsa.crl"))));
    }

    private static X509Certificate[] certificates(Path file) throws IOException, GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                .toArray(X509Certificate[]::new);
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }
}
