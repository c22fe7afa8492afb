package glance.bench;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import glance.testkit.process.ProcessUse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx with sendfile on a free loopback port, serving one directory: the reference of downloads. */
final class Nginx implements AutoCloseable {
    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one; empty-handed when nginx is not installed. */
    static Nginx serving(Path files, Path directory) throws IOException, InterruptedException {
        Path program = Command.find("nginx").orElseThrow(() -> new IOException("nginx is not installed"));
        int port = PackagedServer.freePort();
        Path configuration = directory.resolve("nginx.conf");
        // The workers must be allowed to read the files: same user as ours, whoever we are.
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Files.writeString(configuration, """
                daemon off;
                %s
                worker_processes auto;
                pid %s/nginx.pid;
                error_log %s/nginx.log;
                events { worker_connections 512; }
                http {
                    access_log off;
                    sendfile on;
                    tcp_nopush on;
                    client_body_temp_path %s/body;
                    proxy_temp_path %s/proxy;
                    fastcgi_temp_path %s/fastcgi;
                    uwsgi_temp_path %s/uwsgi;
                    scgi_temp_path %s/scgi;
                    server { listen 127.0.0.1:%d; root %s; }
                }
                """.formatted(
                user, directory, directory, directory, directory, directory, directory, directory, port, files));
        Process process = Command.of(program.toString(), "-c", configuration.toString(), "-p", directory.toString())
                .start(directory.resolve("nginx.out"));
        for (int i = 0; i < 500 && process.isAlive(); i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Nginx(process, port);
            } catch (IOException notYet) {
                Thread.sleep(10);
            }
        }
        process.destroy();
        throw new IOException("nginx does not listen: " + Files.readString(directory.resolve("nginx.out")));
    }

    int port() {
        return port;
    }

    /** CPU of all its processes so far. */
    Duration cpu() throws IOException {
        Duration sum = Duration.ZERO;
        List<Long> pids = process.descendants().map(ProcessHandle::pid).toList();
        for (long pid : pids) {
            sum = sum.plus(ProcessUse.of(pid).cpu());
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
