import Sight

/// A look that failed.
package struct LookFailure: Error {
    package let error: any Error
    /// What came of it all the same.
    package let outcome: SightOutcome
}
