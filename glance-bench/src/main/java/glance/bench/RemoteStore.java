package glance.bench;

import glance.testkit.process.PackagedServer;
import glance.testkit.store.ObjectServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A kind of store on a real server, and that server's own client. */
enum RemoteStore {
    S3 {
        @Override
        PackagedServer.Home behind(PackagedServer.Home home, ObjectServer server, int port, String container) {
            return home.with("glance_store", "stores", "s3")
                    .with("glance_store", "default_store", "s3")
                    .with("glance_store", "s3_store_host", "http://127.0.0.1:" + port)
                    .with("glance_store", "s3_store_access_key", server.fact("S3_ACCESS_KEY"))
                    .with("glance_store", "s3_store_secret_key", server.fact("S3_SECRET_KEY"))
                    .with("glance_store", "s3_store_bucket", container)
                    .with("glance_store", "s3_store_create_bucket_on_put", "true");
        }

        @Override
        List<String> upload(ObjectServer server, String container, Path file) {
            return s3cmd(server, "put", file.toString(), "s3://" + container + "/own-client");
        }

        @Override
        List<String> download(ObjectServer server, String container, Path file) {
            return s3cmd(server, "get", "--force", "s3://" + container + "/own-client", file.toString());
        }

        private List<String> s3cmd(ObjectServer server, String verb, String... words) {
            String host = server.s3().getAuthority();
            List<String> command = new ArrayList<>(List.of(
                    "s3cmd",
                    "--quiet",
                    "--no-ssl",
                    "--no-check-md5",
                    "--host=" + host,
                    "--host-bucket=" + host,
                    "--access_key=" + server.fact("S3_ACCESS_KEY"),
                    "--secret_key=" + server.fact("S3_SECRET_KEY"),
                    "--multipart-chunk-size-mb=10",
                    verb));
            command.addAll(List.of(words));
            return command;
        }
    },
    SWIFT {
        @Override
        PackagedServer.Home behind(PackagedServer.Home home, ObjectServer server, int port, String container) {
            return home.with("glance_store", "stores", "swift")
                    .with("glance_store", "default_store", "swift")
                    .with("glance_store", "swift_store_auth_address", "http://127.0.0.1:" + port + "/identity/v3")
                    .with("glance_store", "swift_store_user", server.fact("USER"))
                    .with("glance_store", "swift_store_key", server.fact("KEY"))
                    .with("glance_store", "swift_store_endpoint", "http://127.0.0.1:" + port + "/v1/AUTH_test")
                    .with("glance_store", "swift_store_container", container)
                    .with("glance_store", "swift_store_create_container_on_put", "true");
        }

        @Override
        List<String> upload(ObjectServer server, String container, Path file) {
            return swift(server, "upload", "--object-name", "own-client", container, file.toString());
        }

        @Override
        List<String> download(ObjectServer server, String container, Path file) {
            return swift(server, "download", "--output", file.toString(), container, "own-client");
        }

        private List<String> swift(ObjectServer server, String verb, String... words) {
            List<String> command = new ArrayList<>(List.of(
                    "swift",
                    "--quiet",
                    "-A",
                    server.fact("AUTH_URL"),
                    "-U",
                    server.fact("USER"),
                    "-K",
                    server.fact("KEY"),
                    verb));
            command.addAll(List.of(words));
            return command;
        }
    };

    /** The service with its images in {@code container} of the server that is reached at {@code port}. */
    abstract PackagedServer.Home behind(PackagedServer.Home home, ObjectServer server, int port, String container);

    /** The server's own client, storing {@code file}. */
    abstract List<String> upload(ObjectServer server, String container, Path file);

    /** The server's own client, fetching into {@code file} what it stored. */
    abstract List<String> download(ObjectServer server, String container, Path file);
}
