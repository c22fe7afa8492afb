package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.Text;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images in a directory: {@code ID} holds the document, {@code ID.img} the data. The document comes last and at once, so where it
 * is the image is whole.
 */
final class ReplicaDump {
    private static final String DATA = ".img";

    private final Path directory;
    private final PrintStream out;
    private final boolean metadataOnly;

    ReplicaDump(Path directory, PrintStream out, boolean metadataOnly) {
        if (!Files.isDirectory(directory)) {
            throw new ClientException(directory + " is no directory");
        }
        this.directory = directory;
        this.out = out;
        this.metadataOnly = metadataOnly;
    }

    /** Writes every image that is not there. */
    void write(ReplicaService source, Replication replication) {
        source.each(image -> replication.tried(ReplicaImage.id(image), () -> write(source, image)));
    }

    private void write(ReplicaService source, ObjectNode image) throws IOException {
        String id = ReplicaImage.id(image);
        Path document = directory.resolve(fileName(id));
        boolean hasData = ReplicaImage.hasData(image);
        boolean lacksData = hasData && !metadataOnly && Files.notExists(directory.resolve(fileName(id) + DATA));
        if (Files.exists(document) && !lacksData) {
            out.println("Image " + id + " is there already");
            return;
        }
        if (!hasData && !ReplicaImage.awaitsData(image)) {
            out.println("Image " + id + " is left out: its status is " + ReplicaImage.status(image));
            return;
        }
        if (lacksData) {
            source.fetch(id, directory.resolve(fileName(id) + DATA));
        }
        publish(document, Json.text(ReplicaImage.portable(image)));
        out.println("Image " + id + " written");
    }

    /** An id of another service may be anything. */
    private static String fileName(String id) {
        if (!id.matches("[0-9A-Za-z][0-9A-Za-z._-]{0,199}")) {
            throw new ClientException("its id does not do as the name of a file");
        }
        return id;
    }

    private void publish(Path document, String text) throws IOException {
        Path part = document.resolveSibling(document.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(part, document, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Puts every image of the directory into a service. */
    void load(ReplicaService target, Replication replication) throws IOException {
        List<Path> documents;
        try (Stream<Path> files = Files.list(directory)) {
            documents = files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().matches(".*\\.(img|part|state)"))
                    .sorted()
                    .toList();
        }
        for (Path document : documents) {
            String name = document.getFileName().toString();
            replication.tried(name, () -> load(target, replication, document));
        }
    }

    private void load(ReplicaService target, Replication replication, Path document) throws IOException {
        ObjectNode image = read(document);
        Path data = document.resolveSibling(document.getFileName() + DATA);
        if (ReplicaImage.hasData(image) && !metadataOnly) {
            long size = Files.exists(data) ? Files.size(data) : -1;
            if (size != ReplicaImage.size(image)) {
                throw new ClientException(
                        size < 0
                                ? data + " is missing"
                                : data + " has " + size + " bytes, not " + ReplicaImage.size(image));
            }
        }
        replication.put(target, image, () -> Files.newInputStream(data));
    }

    private static ObjectNode read(Path document) throws IOException {
        try {
            if (Json.parse(Files.readAllBytes(document)) instanceof ObjectNode image
                    && ReplicaImage.id(image).equals(document.getFileName().toString())) {
                return image;
            }
        } catch (JacksonException notJson) {
            throw new ClientException(
                    "is no JSON: " + Text.reason(new IOException(notJson.getOriginalMessage())), notJson);
        }
        throw new ClientException("is not the document of the image of this name");
    }
}
