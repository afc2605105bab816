import Testing

/// Whole installations, one after the other: each wants the machine's processors for itself, and all of them at once starve each other beyond
/// what their faults do to them.
@Suite("Whole installations", .serialized)
enum InstallationTests {}
