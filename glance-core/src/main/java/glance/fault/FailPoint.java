package glance.fault;

/**
 * The named places where the crash campaign may strike. Each is passed once per operation by the code it names; an
 * unarmed point costs one volatile read.
 */
public enum FailPoint {
    /** Upload: status is {@code saving}, nothing written yet. */
    UPLOAD_CLAIMED,
    /** Upload: some bytes written to the temporary file. */
    STORE_WRITING,
    /** File store: all bytes written, not yet synced. */
    STORE_BEFORE_SYNC,
    /** File store: data synced, not yet under its final name. */
    STORE_BEFORE_RENAME,
    /** File store: renamed, directory not yet synced. */
    STORE_AFTER_RENAME,
    /** Upload: data committed in the store, not yet recorded. */
    UPLOAD_BEFORE_ACTIVATE,
    /** Upload: recorded, the client not yet answered. */
    UPLOAD_AFTER_ACTIVATE,
    /** Create: recorded, the client not yet answered. */
    CREATE_AFTER_COMMIT,
    /** Delete: row is deleted and the data's removal journaled, data still there. */
    DELETE_BEFORE_DATA,
    /** Delete: data gone, journal entry still there. */
    DELETE_AFTER_DATA,
    /** Registry: inside a transaction, before its commit. */
    REGISTRY_BEFORE_COMMIT,
    /** Registry: committed, the caller not yet told. */
    REGISTRY_AFTER_COMMIT
}
