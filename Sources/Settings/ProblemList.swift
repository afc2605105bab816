/// Collects what is wrong while a configuration is read, so that one run reports everything.
///
/// A class, because all the readers of one document write into the same list. It never leaves the call that made it.
package final class ProblemList {
    package private(set) var problems: [SettingsError.Problem] = []

    package init() {}

    package func add(_ key: String, _ message: String) {
        problems.append(SettingsError.Problem(key: key, message: message))
    }

    /// - Throws: `SettingsError` when anything was added.
    package func check(origin: String) throws {
        if !problems.isEmpty { throw SettingsError(origin: origin, problems: problems) }
    }
}
