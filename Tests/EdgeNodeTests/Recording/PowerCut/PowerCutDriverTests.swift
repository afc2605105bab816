import Base
import Foundation
import TestSupport
import Testing

@testable import EdgeNode

/// What `PowerCutTests` watches, in a process of its own: no test, and skipped where nobody asks for it.
@Suite(.enabled(if: PowerCutDriver.root != nil)) struct PowerCutDriverTests {
    @Test("Records what the power cut tests watch") func drive() throws {
        let root = try #require(PowerCutDriver.root)
        let driver = try PowerCutDriver(root: root)
        if let start = PowerCutDriver.start { try driver.runAgain(from: start) } else { try driver.run() }
    }
}
