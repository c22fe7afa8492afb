package glance.http.client;

import glance.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.jspecify.annotations.Nullable;

/**
 * How an {@code https} peer is checked, and what this side shows it. All files are PEM.
 *
 * @param authorities certificates to trust instead of the platform's
 * @param certificate this side's certificate chain
 * @param key its private key, PKCS #8; absent when it stands in the certificate's file
 * @param verify false trusts whoever answers
 */
public record TlsConfig(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key, boolean verify) {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    /**
     * How connections of the HTTP client are wrapped.
     *
     * @throws ConfigException naming the file that cannot be used
     */
    public DefaultClientTlsStrategy strategy() {
        return verify
                ? new DefaultClientTlsStrategy(
                        context(), HostnameVerificationPolicy.BOTH, new DefaultHostnameVerifier())
                : new DefaultClientTlsStrategy(
                        context(), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE);
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), verify ? trusted() : new TrustManager[] {new TrustEverybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new ConfigException("TLS cannot be set up from " + this + ": " + e);
        }
    }

    private TrustManager @Nullable [] trusted() throws GeneralSecurityException {
        if (authorities.isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate each : certificates(authorities.get())) {
            store.setCertificateEntry("authority-" + number++, each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException {
        if (certificate.isEmpty()) {
            return null;
        }
        Collection<? extends Certificate> chain = certificates(certificate.get());
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "own", privateKey(key.orElse(certificate.get())), NO_PASSWORD, chain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("an empty key store reads nothing", e);
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new ConfigException("file " + file + " holds no certificate");
            }
            return found;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException("certificates in " + file + " cannot be read: " + e);
        }
    }

    private static PrivateKey privateKey(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new ConfigException("private key in " + file + " cannot be read: " + e);
        }
        Matcher matcher = PRIVATE_KEY.matcher(text);
        if (!matcher.find()) {
            throw new ConfigException("file " + file + " holds no unencrypted PKCS #8 key (BEGIN PRIVATE KEY);"
                    + " openssl pkcs8 -topk8 -nodes converts others");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        return keyOf("RSA", encoded)
                .or(() -> keyOf("EC", encoded))
                .or(() -> keyOf("EdDSA", encoded))
                .orElseThrow(() -> new ConfigException("the private key in " + file + " is neither RSA, EC nor EdDSA"));
    }

    private static Optional<PrivateKey> keyOf(String algorithm, PKCS8EncodedKeySpec encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
        } catch (GeneralSecurityException otherAlgorithm) {
            return Optional.empty();
        }
    }

    /** For {@code insecure = true}. */
    private static final class TrustEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
