package glance.testkit.registry;

/**
 * Every promise of the metadata ports. A test class of an implementation implements this, giving each test an empty
 * registry on the clock it hands out.
 */
public interface RegistryContract
        extends ImageContract, TextContract, MemberContract, JournalContract, ListContract, RegistryRaces {}
