package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.VerifiedData;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What {@code glance-replicator} does between two services. An image that fails is told, and the others go on. */
final class Replication {
    /** Status when services differ. */
    static final int DIFFERENT = 3;

    private final PrintStream out;
    private final PrintStream err;
    private final Collection<String> left;
    private final boolean metadataOnly;
    private int failed;
    private int differing;

    /**
     * @param left members that are neither compared nor set
     * @param metadataOnly no data
     */
    Replication(PrintStream out, PrintStream err, Collection<String> left, boolean metadataOnly) {
        this.out = out;
        this.err = err;
        this.left = left;
        this.metadataOnly = metadataOnly;
    }

    private interface Step {
        void on(ObjectNode image) throws IOException;
    }

    private void each(ReplicaService source, Step step) {
        source.each(image -> tried(ReplicaImage.id(image), () -> step.on(image)));
    }

    /** What may go wrong with one image. */
    interface Attempt {
        void make() throws IOException;
    }

    void tried(String id, Attempt attempt) {
        try {
            attempt.make();
        } catch (ClientException | IOException refused) {
            failed++;
            err.println("Image " + id + ": " + refused.getMessage());
        }
    }

    int status() {
        return failed > 0 ? 1 : differing > 0 ? DIFFERENT : 0;
    }

    void size(ReplicaService source) {
        long[] sum = new long[2];
        each(source, image -> {
            if (ReplicaImage.hasData(image)) {
                sum[0] += ReplicaImage.size(image);
                sum[1]++;
            }
        });
        out.println("Total size is " + sum[0] + " bytes (" + HumanSize.of(sum[0]) + ") across " + sum[1] + " images");
    }

    void compare(ReplicaService source, ReplicaService target) {
        each(source, image -> {
            String id = ReplicaImage.id(image);
            Optional<ObjectNode> there = target.find(id);
            if (there.isEmpty()) {
                differing++;
                out.println("Image " + id + " (" + name(image) + ") is missing from the destination");
                return;
            }
            var differences = ReplicaImage.differences(image, there.get(), left);
            if (differences.isEmpty()) {
                out.println("Image " + id + " is identical");
                return;
            }
            differing++;
            differences.forEach((member, difference) ->
                    out.println("Image " + id + ": " + member + " is " + Json.text(difference.source())
                            + " at the source, " + Json.text(difference.target()) + " at the destination"));
        });
    }

    private static String name(ObjectNode image) {
        return image.path("name").stringValue("without name");
    }

    void copy(ReplicaService source, ReplicaService target) {
        each(source, image -> put(target, image, () -> source.data(ReplicaImage.id(image))));
    }

    /** Where an image's data comes from. */
    interface Data {
        InputStream open() throws IOException;
    }

    /** Makes the image, its data and its members at the target what they are in {@code image}, as far as they are not. */
    void put(ReplicaService target, ObjectNode image, Data data) throws IOException {
        String id = ReplicaImage.id(image);
        if (!ReplicaImage.hasData(image) && !ReplicaImage.awaitsData(image)) {
            out.println("Image " + id + " is left out: its status is " + ReplicaImage.status(image));
            return;
        }
        ObjectNode there = target.find(id).orElse(null);
        requireSameData(image, there);
        boolean isNew = there == null;
        if (there == null) {
            there = target.create(image, left);
        }
        boolean lacksData = !metadataOnly && ReplicaImage.hasData(image) && ReplicaImage.awaitsData(there);
        if (lacksData) {
            send(target, image, data);
            there = target.find(id).orElse(there);
        }
        List<String> mended = target.mend(image, there, left);
        if (lacksData && ReplicaImage.status(image).equals("deactivated")) {
            target.deactivate(id);
        }
        tell(image, isNew, lacksData, mended);
    }

    private static void send(ReplicaService target, ObjectNode image, Data data) throws IOException {
        try (InputStream bytes = new VerifiedData(data.open(), image)) {
            target.upload(image, bytes, ReplicaImage.size(image));
        }
    }

    private void tell(ObjectNode image, boolean isNew, boolean isSent, List<String> mended) {
        String id = ReplicaImage.id(image);
        if (isNew || isSent) {
            out.println("Image " + id + " (" + name(image) + ") copied"
                    + (isSent ? ", " + ReplicaImage.size(image) + " bytes" : ", without data"));
        } else {
            out.println(
                    "Image " + id + (mended.isEmpty() ? " is there already" : ": set " + String.join(", ", mended)));
        }
    }

    /** An id that stands for something else there is nothing to be changed. */
    private void requireSameData(ObjectNode image, @Nullable ObjectNode there) {
        if (there != null
                && !metadataOnly
                && ReplicaImage.hasData(image)
                && ReplicaImage.hasData(there)
                && !image.path("checksum").equals(there.path("checksum"))) {
            throw new ClientException("the destination has other data by this id; nothing was changed");
        }
    }
}
