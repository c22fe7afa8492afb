package glance.format;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hyper-V: the region table at 192 KiB names the metadata region, whose table names the virtual size. Little endian. The
 * metadata must come after the region table in the file, as it is read in one pass.
 */
final class VhdxInspector extends Inspector {
    private static final int IDENT_BYTES = 32;
    private static final int TABLE_OFFSET = 196_608;
    private static final int TABLE_BYTES = 65_536;
    private static final int MAX_ENTRIES = 2048;
    private static final int ENTRY_BYTES = 32;
    private static final int SIZE_BYTES = 8;

    /** 8B7CA206-4790-4B9A-B8FE-575F050F886E as stored: the first three groups are little endian. */
    private static final int[] METADATA_REGION = {
        0x06, 0xA2, 0x7C, 0x8B, 0x90, 0x47, 0x9A, 0x4B, 0xB8, 0xFE, 0x57, 0x5F, 0x05, 0x0F, 0x88, 0x6E
    };

    /** 2FA54224-CD1B-4876-B211-5DBED83BF4B8 as stored. */
    private static final int[] VIRTUAL_DISK_SIZE = {
        0x24, 0x42, 0xA5, 0x2F, 0x1B, 0xCD, 0x76, 0x48, 0xB2, 0x11, 0x5D, 0xBE, 0xD8, 0x3B, 0xF4, 0xB8
    };

    private final Region table = new Region(TABLE_OFFSET, TABLE_BYTES);
    private boolean excluded;
    private boolean tableRead;
    private boolean metadataRead;
    private long metadataOffset;
    private @Nullable Region metadata;
    private @Nullable Region diskSize;

    VhdxInspector() {
        super("vhdx");
    }

    @Override
    boolean matches(Region head) {
        return !excluded && head.has(IDENT_BYTES) && head.startsWith(0, "vhdxfile");
    }

    @Override
    boolean wantsMore() {
        return !excluded && (!table.isComplete() || isUnfinished(metadata) || isUnfinished(diskSize));
    }

    private static boolean isUnfinished(@Nullable Region region) {
        return region != null && !region.isComplete();
    }

    @Override
    void accept(ByteBuffer piece, long position, Region head) {
        if (head.has(IDENT_BYTES) && !matches(head)) {
            excluded = true;
        }
        if (excluded) {
            return;
        }
        table.accept(piece, position);
        if (table.isComplete() && !tableRead) {
            tableRead = true;
            readTable();
        }
        Region found = metadata;
        if (found != null) {
            found.accept(piece, position);
            if (found.isComplete() && !metadataRead) {
                metadataRead = true;
                readMetadata(found);
            }
        }
        if (diskSize != null) {
            diskSize.accept(piece, position);
        }
    }

    private void readTable() {
        long entries = table.u32le(8);
        if (!table.startsWith(0, "regi") || entries >= MAX_ENTRIES) {
            excluded = true;
            return;
        }
        for (int i = 0; i < entries && 16 + (i + 1) * ENTRY_BYTES <= TABLE_BYTES; i++) {
            int entry = 16 + i * ENTRY_BYTES;
            if (table.startsWith(entry, METADATA_REGION)) {
                long offset = table.u64le(entry + 16);
                if (offset >= TABLE_OFFSET + TABLE_BYTES) {
                    metadataOffset = offset;
                    metadata = new Region(offset, TABLE_BYTES);
                }
                return;
            }
        }
    }

    private void readMetadata(Region region) {
        int entries = region.u16le(10);
        if (!region.startsWith(0, "metadata") || entries >= MAX_ENTRIES) {
            excluded = true;
            return;
        }
        for (int i = 0; i < entries && 32 + (i + 1) * ENTRY_BYTES <= TABLE_BYTES; i++) {
            int entry = 32 + i * ENTRY_BYTES;
            if (region.startsWith(entry, VIRTUAL_DISK_SIZE)) {
                if (region.u32le(entry + 20) == SIZE_BYTES) {
                    diskSize = new Region(metadataOffset + region.u32le(entry + 16), SIZE_BYTES);
                }
                return;
            }
        }
    }

    @Override
    boolean isComplete() {
        return table.isComplete() && !isUnfinished(metadata) && !isUnfinished(diskSize);
    }

    @Override
    long virtualSize(Region head, long size) {
        Region found = diskSize;
        return found != null && found.isComplete() ? found.u64le(0) : 0;
    }
}
