package glance.store;

/** Whether a dependency would do a small piece of work now. */
public record Health(boolean up, String reason) {
    public static Health ok() {
        return new Health(true, "OK");
    }

    public static Health down(String reason) {
        return new Health(false, reason);
    }
}
