/// A look that failed.
package struct LookFailure: Error {
    package let error: any Error
    /// What came of a look that showed nothing.
    package let outcome: SightOutcome
}
