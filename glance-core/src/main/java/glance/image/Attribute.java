package glance.image;

import java.util.Locale;

/** The columns of {@code images}, as queries and changes name them. */
public enum Attribute {
    ID(Kind.TEXT),
    NAME(Kind.TEXT),
    STATUS(Kind.TEXT),
    VISIBILITY(Kind.TEXT),
    PROTECTED(Kind.FLAG),
    OS_HIDDEN(Kind.FLAG),
    OWNER(Kind.TEXT),
    DISK_FORMAT(Kind.TEXT),
    CONTAINER_FORMAT(Kind.TEXT),
    MIN_DISK(Kind.NUMBER),
    MIN_RAM(Kind.NUMBER),
    SIZE(Kind.NUMBER),
    VIRTUAL_SIZE(Kind.NUMBER),
    CHECKSUM(Kind.TEXT),
    OS_HASH_ALGO(Kind.TEXT),
    OS_HASH_VALUE(Kind.TEXT),
    CREATED_AT(Kind.TIME),
    UPDATED_AT(Kind.TIME);

    /** What its values are. */
    public enum Kind {
        TEXT,
        NUMBER,
        FLAG,
        TIME
    }

    private final Kind kind;
    private final String column = name().toLowerCase(Locale.ROOT);

    Attribute(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The column's name, which is also its name on the wire. */
    public String column() {
        return column;
    }
}
