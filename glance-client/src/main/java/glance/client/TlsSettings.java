package glance.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How TLS peers are verified and how the client shows itself; PEM files throughout.
 *
 * @param insecure no verification of the server at all
 * @param caCertificates trusted authorities; null: those of the system
 * @param certificate the client's own certificate chain, or null
 * @param key the PKCS#8 private key of {@code certificate}; null: it is in the same file
 */
public record TlsSettings(
        boolean insecure,
        @Nullable Path caCertificates,
        @Nullable Path certificate,
        @Nullable Path key) {
    /** Debian, Ubuntu and Alpine; then Red Hat and SUSE. */
    private static final Path[] SYSTEM_AUTHORITIES = {
        Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt")
    };

    private static final String PKCS8_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PKCS8_END = "-----END PRIVATE KEY-----";

    public static final TlsSettings SYSTEM = new TlsSettings(false, null, null, null);

    SSLSocketFactory socketFactory() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), insecure ? new TrustManager[] {new TrustEverybody()} : authorities(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException unusable) {
            throw new ClientException("TLS cannot be set up: " + unusable.getMessage(), unusable);
        }
    }

    private TrustManager @Nullable [] authorities() throws GeneralSecurityException {
        Path file = caCertificates;
        if (file == null) {
            for (Path candidate : SYSTEM_AUTHORITIES) {
                if (Files.isReadable(candidate)) {
                    file = candidate;
                    break;
                }
            }
        }
        if (file == null) {
            return null; // the runtime's own list
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate authority : certificates(file)) {
            store.setCertificateEntry("ca" + number++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException {
        if (certificate == null) {
            return null;
        }
        Collection<? extends Certificate> chain = certificates(certificate);
        Path keyFile = key == null ? certificate : key;
        char[] inMemory = new char[0];
        KeyStore store = emptyStore();
        store.setKeyEntry("client", privateKey(keyFile), inMemory, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, inMemory);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible); // nothing is read
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new ClientException("no certificate in " + file);
            }
            return found;
        } catch (IOException unreadable) {
            throw new ClientException("cannot read " + file + ": " + Text.reason(unreadable), unreadable);
        }
    }

    private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
        try {
            String pem = Files.readString(file);
            int begin = pem.indexOf(PKCS8_BEGIN);
            int end = pem.indexOf(PKCS8_END);
            if (begin < 0 || end < begin) {
                throw new ClientException("no unencrypted PKCS#8 private key in " + file + "; convert it with"
                        + " openssl pkcs8 -topk8 -nodes");
            }
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + PKCS8_BEGIN.length(), end));
            return privateKey(der, file);
        } catch (IOException unreadable) {
            throw new ClientException("cannot read " + file + ": " + Text.reason(unreadable), unreadable);
        }
    }

    private static PrivateKey privateKey(byte[] der, Path file) throws GeneralSecurityException {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
        ClientException unknown = new ClientException("the private key in " + file + " is neither RSA, EC nor EdDSA");
        for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException otherAlgorithm) {
                unknown.addSuppressed(otherAlgorithm);
            }
        }
        throw unknown;
    }

    /** For {@code --insecure}: the user asked not to know who answers. */
    private static final class TrustEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
