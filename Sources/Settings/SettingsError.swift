/// Everything that is wrong with a configuration, all at once. Safe to log: values of secret keys are not part of it.
package struct SettingsError: Error, CustomStringConvertible, Equatable {
    /// One fault and the key it belongs to.
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The key's whole name; elements of an array of tables are counted from 1: `camera[2].id`. Empty for the file as a whole.
        package let key: String
        /// What is wrong and what is allowed.
        package let message: String

        package init(key: String, message: String) {
            self.key = key
            self.message = message
        }

        package var description: String { key.isEmpty ? message : "\(key): \(message)" }
    }

    /// The file's path, or `the environment` where there is none.
    package let origin: String
    /// At least one.
    package let problems: [Problem]

    package init(origin: String, problems: [Problem]) {
        self.origin = origin
        self.problems = problems
    }

    package var description: String {
        let title = "\(origin): \(problems.count == 1 ? "1 error" : "\(problems.count) errors") in the configuration"
        return ([title] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}
