package glance.config;

/**
 * Where a value was given.
 *
 * @param place a file, an environment variable, or the command line
 * @param line line in the file, from 1; 0 for the other places
 */
record Origin(String place, int line) {
    @Override
    public String toString() {
        return line > 0 ? place + ":" + line : place;
    }
}
