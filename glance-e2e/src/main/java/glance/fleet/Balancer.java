package glance.fleet;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real nginx on a free loopback port before API servers, set up as docs/operations/fleet.md says. */
final class Balancer implements AutoCloseable {
    private final Process process;
    private final int port;

    private Balancer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Balancer before(List<Integer> ports, Path directory) throws IOException, InterruptedException {
        Path program = Command.find("nginx").orElseThrow(() -> new IOException("nginx is not installed"));
        Files.createDirectories(directory);
        int port = PackagedServer.freePort();
        String servers = ports.stream()
                .map(one -> "server 127.0.0.1:" + one + " max_fails=1 fail_timeout=1s;")
                .collect(Collectors.joining(" "));
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off; worker_processes 1; pid %1$s/pid;
                %2$s
                events { worker_connections 1024; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  upstream glance { least_conn; %3$s }
                  server {
                    listen 127.0.0.1:%4$d;
                    client_max_body_size 0;
                    proxy_request_buffering off;
                    proxy_buffering off;
                    proxy_http_version 1.1;
                    proxy_connect_timeout 3s;
                    proxy_read_timeout 600s;
                    proxy_send_timeout 600s;
                    location / {
                      proxy_pass http://glance;
                      proxy_set_header Host $http_host;
                      proxy_set_header X-Forwarded-Proto $scheme;
                      proxy_set_header X-Forwarded-For $remote_addr;
                      proxy_set_header X-Forwarded-Host $http_host;
                      proxy_set_header X-Forwarded-Prefix "";
                      proxy_set_header Forwarded "";
                    }
                  }
                }
                """.formatted(
                        directory, "root".equals(System.getProperty("user.name")) ? "user root;" : "", servers, port));
        Process process = Command.of(
                        program.toString(),
                        "-e",
                        directory.resolve("nginx.log").toString(),
                        "-c",
                        configuration.toString(),
                        "-p",
                        directory.toString())
                .start(directory.resolve("nginx.out"));
        for (int i = 0; i < 500 && process.isAlive(); i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Balancer(process, port);
            } catch (IOException notYet) {
                Thread.sleep(10);
            }
        }
        process.destroy();
        throw new IOException("nginx does not start: " + Files.readString(directory.resolve("nginx.out")));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
