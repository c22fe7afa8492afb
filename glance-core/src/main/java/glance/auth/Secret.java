package glance.auth;

/** Text that must never be printed. {@code toString} is {@code ***}. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
