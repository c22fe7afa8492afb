package glance.e2e;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A real web server on loopback: {@code /files/NAME} sends a file of its directory, {@code /slow/NAME} the same at 1 MB/s,
 * {@code /moved/CODE/NAME} redirects to it with that status, {@code /to-metadata}, {@code /to-loopback} and {@code /to-file}
 * redirect to where nobody is to be led, {@code /fails} answers 500.
 */
final class Nginx implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Process process;

    private Nginx(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    static Nginx start(Path directory) throws IOException, InterruptedException {
        Needs.programs("nginx");
        int port = PackagedServer.freePort();
        Files.createDirectories(directory.resolve("files"));
        Path file = Files.writeString(directory.resolve("nginx.conf"), configuration(directory, port));
        Process process = new ProcessBuilder(
                        Command.find("nginx").orElseThrow().toString(),
                        "-p",
                        directory.toString(),
                        "-e",
                        directory.resolve("error.log").toString(),
                        "-c",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out.log").toFile())
                .start();
        Nginx nginx = new Nginx(directory, port, process);
        Eventually.holds("nginx answers", nginx::answers);
        return nginx;
    }

    private static String configuration(Path directory, int port) {
        StringBuilder moved = new StringBuilder();
        for (int code : new int[] {301, 302, 307, 308}) {
            moved.append("location ~ ^/moved/%d/(.*)$ { return %d /files/$1; }\n".formatted(code, code));
        }
        return """
                daemon off; master_process off; pid %1$s/pid;
                events { worker_connections 128; }
                http {
                  access_log %1$s/access.log;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  server {
                    listen 127.0.0.1:%2$d;
                    root %1$s;
                    location /files/ { }
                    location /slow/ { alias %1$s/files/; limit_rate 1m; }
                    location /fails { return 500; }
                    location /to-metadata { return 302 http://169.254.169.254/latest/meta-data/; }
                    location /to-loopback { return 307 http://127.0.0.2:%2$d/files/data; }
                    location /to-file { return 302 file:///etc/passwd; }
                    %3$s
                  }
                }
                """.formatted(directory, port, moved);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where files to be served are put. */
    Path files() {
        return directory.resolve("files");
    }

    int port() {
        return port;
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** What it was asked, one line each. */
    String asked() throws IOException {
        return Files.readString(directory.resolve("access.log"));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
