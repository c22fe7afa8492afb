package glance.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that signs itself, made anew by the JDK's keytool. */
public final class Certificates {
    private static final char[] PASSWORD = "not-secret".toCharArray();

    private final KeyStore store;
    private final Path directory;

    private Certificates(KeyStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** One for localhost. */
    static Certificates make(Path directory) throws IOException, GeneralSecurityException, InterruptedException {
        return make(directory, "dns:localhost,ip:127.0.0.1");
    }

    /**
     * One for other names.
     *
     * @param names as keytool has them: {@code dns:…,ip:…}
     */
    public static Certificates make(Path directory, String names)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = directory.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(List.of(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "k",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=" + names,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        if (!made.waitFor(60, TimeUnit.SECONDS) || made.exitValue() != 0) {
            throw new IOException("keytool failed: " + Files.readString(directory.resolve("keytool.log")));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return new Certificates(store, directory);
    }

    /** Its PEM file. */
    public Path certificate() throws IOException, GeneralSecurityException {
        return pem("cert.pem", "CERTIFICATE", store.getCertificate("k").getEncoded());
    }

    /** Its key's PEM file. */
    public Path key() throws IOException, GeneralSecurityException {
        return pem("key.pem", "PRIVATE KEY", store.getKey("k", PASSWORD).getEncoded());
    }

    private Path pem(String name, String what, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return Files.writeString(
                directory.resolve(name), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** A client that trusts the certificate and, if asked, presents it too; presenting, also what a server needs. */
    public SSLContext client(boolean presenting) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try {
            trusted.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        trusted.setCertificateEntry("k", store.getCertificate("k"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(presenting ? keys.getKeyManagers() : null, trust.getTrustManagers(), null);
        return context;
    }
}
