package glance.image;

/** Mends what crashed or unreachable workers left; see {@link DataJournal}. */
final class Recovery {
    private Recovery() {}
}
