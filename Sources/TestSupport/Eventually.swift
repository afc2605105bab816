/// A condition did not come true in time.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}

/// Waits for a condition. The limit is there to end a broken test, not to measure: make it generous.
/// - Throws: `NeverHappened` after `timeout`, or what the condition throws.
package func eventually(
    _ what: String = "the condition", timeout: Duration = .seconds(120), _ condition: () async throws -> Bool
) async throws {
    // Of a round that took longer, a second counts: where the machine, or the tests beside this one, keep everything standing still for minutes, what is
    // waited for stood still as well.
    var waited = Duration.zero
    while true {
        let begun = ContinuousClock.now
        if try await condition() { return }
        if waited >= timeout { throw NeverHappened(description: "waited \(timeout) in vain for \(what)") }
        try await Task.sleep(for: .milliseconds(20))
        waited += min(ContinuousClock.now - begun, .seconds(1))
    }
}
