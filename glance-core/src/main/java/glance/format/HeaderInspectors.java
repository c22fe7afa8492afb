package glance.format;

import java.util.ArrayList;
import java.util.List;

/** The formats whose first bytes tell everything. */
final class HeaderInspectors {
    private static final int SECTOR = 512;

    private HeaderInspectors() {}

    static List<Inspector> all() {
        return List.of(new Qcow2(), new Qed(), new Vhd(), new Vdi(), new Iso(), new Gpt(), new Luks());
    }

    /** QEMU copy-on-write, versions 2 and 3; big endian. */
    private static final class Qcow2 extends Inspector {
        private static final int VERSION = 4;
        private static final int BACKING_FILE = 8;
        private static final int VIRTUAL_SIZE = 24;
        private static final int INCOMPATIBLE_FEATURES = 72;
        private static final long DATA_FILE_BIT = 1 << 2;
        private static final long KNOWN_FEATURES = 0b1111;

        Qcow2() {
            super("qcow2");
        }

        @Override
        boolean matches(Region head) {
            return head.has(SECTOR) && head.startsWith(0, 'Q', 'F', 'I', 0xFB);
        }

        @Override
        long virtualSize(Region head, long size) {
            return head.u64be(VIRTUAL_SIZE);
        }

        @Override
        List<String> failedChecks(Region head) {
            List<String> failed = new ArrayList<>();
            long version = head.u32be(VERSION);
            // Version 2 ends before this field; what stands there is not a set of features.
            long features = version == 2 ? 0 : head.u64be(INCOMPATIBLE_FEATURES);
            if (head.u64be(BACKING_FILE) != 0) {
                failed.add("backing_file");
            }
            if ((head.u64be(INCOMPATIBLE_FEATURES) & DATA_FILE_BIT) != 0) {
                failed.add("data_file");
            }
            if ((version != 2 && version != 3) || (features & ~KNOWN_FEATURES) != 0) {
                failed.add("unknown_features");
            }
            return failed;
        }
    }

    /** QEMU enhanced disk: abandoned, never safe. */
    private static final class Qed extends Inspector {
        Qed() {
            super("qed");
        }

        @Override
        boolean matches(Region head) {
            return head.has(SECTOR) && head.startsWith(0, 'Q', 'E', 'D', 0);
        }

        @Override
        long virtualSize(Region head, long size) {
            return size;
        }

        @Override
        List<String> failedChecks(Region head) {
            return List.of("banned");
        }
    }

    /** Virtual PC, dynamic disks; fixed ones have only a trailer and read as raw. Big endian. */
    private static final class Vhd extends Inspector {
        Vhd() {
            super("vhd");
        }

        @Override
        boolean matches(Region head) {
            return head.has(SECTOR) && head.startsWith(0, "conectix");
        }

        @Override
        long virtualSize(Region head, long size) {
            return head.u64be(40);
        }
    }

    /** VirtualBox; little endian. */
    private static final class Vdi extends Inspector {
        Vdi() {
            super("vdi");
        }

        @Override
        boolean matches(Region head) {
            return head.has(SECTOR) && head.u32le(0x40) == 0xBEDA_107FL;
        }

        @Override
        long virtualSize(Region head, long size) {
            return head.u64le(0x170);
        }
    }

    /** ISO 9660 and UDF: the volume descriptor in sector 16 of 2048 bytes. */
    private static final class Iso extends Inspector {
        private static final int DESCRIPTOR = 32_768;
        private static final int PRIMARY = 1;

        Iso() {
            super("iso");
        }

        @Override
        boolean matches(Region head) {
            return head.has(FormatInspection.HEAD_BYTES)
                    && (head.startsWith(DESCRIPTOR + 1, "CD001")
                            || head.startsWith(DESCRIPTOR + 1, "NSR02")
                            || head.startsWith(DESCRIPTOR + 1, "NSR03"));
        }

        @Override
        long virtualSize(Region head, long size) {
            return head.u8(DESCRIPTOR) == PRIMARY ? head.u32le(DESCRIPTOR + 80) * head.u16le(DESCRIPTOR + 128) : 0;
        }
    }

    /** A partition table, GPT or plain MBR. */
    private static final class Gpt extends Inspector {
        private static final int ENTRIES = 446;
        private static final int ENTRY_BYTES = 16;
        private static final int PROTECTIVE = 0xEE;

        Gpt() {
            super("gpt");
        }

        @Override
        boolean matches(Region head) {
            return head.has(SECTOR) && head.u16le(510) == 0xAA55 && !isFat(head);
        }

        private static boolean isFat(Region head) {
            return head.u8(0x10) == 2 && head.u8(0x15) == 0xF8;
        }

        @Override
        long virtualSize(Region head, long size) {
            return size;
        }

        @Override
        List<String> failedChecks(Region head) {
            return isTableSane(head) ? List.of() : List.of("mbr");
        }

        private static boolean isTableSane(Region head) {
            int partitions = 0;
            int protective = -1;
            for (int i = 0; i < 4; i++) {
                int entry = ENTRIES + i * ENTRY_BYTES;
                int boot = head.u8(entry);
                int type = head.u8(entry + 4);
                if (boot != 0x00 && boot != 0x80) {
                    return false;
                }
                partitions += type == 0 ? 0 : 1;
                if (type == PROTECTIVE) {
                    protective = i;
                    if (!head.startsWith(entry + 1, 0, 2, 0) || head.u32le(entry + 8) != 1) {
                        return false;
                    }
                }
            }
            return partitions > 0 && (protective < 0 || (protective == 0 && partitions == 1));
        }
    }

    /** Linux unified key setup, version 1; big endian. */
    private static final class Luks extends Inspector {
        private static final int HEADER_BYTES = 592;

        Luks() {
            super("luks");
        }

        @Override
        boolean matches(Region head) {
            return head.has(HEADER_BYTES) && head.startsWith(0, 'L', 'U', 'K', 'S', 0xBA, 0xBE);
        }

        @Override
        long virtualSize(Region head, long size) {
            return size - SECTOR * head.u32be(104);
        }

        @Override
        List<String> failedChecks(Region head) {
            return head.u16be(6) == 1 ? List.of() : List.of("version");
        }
    }
}
