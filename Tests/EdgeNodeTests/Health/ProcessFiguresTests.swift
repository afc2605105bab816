import Base
import Foundation
import Logging
import Protocol
import Testing

@testable import EdgeNode

@Suite("Process figures")
struct ProcessFiguresTests {
    @Test("memory, processor time and disk are measured; a folder that is not there has no disk")
    func measures() throws {
        let figures = ProcessFigures.measure(folder: NSTemporaryDirectory())
        #expect(try #require(figures.memory) > 1_000_000)
        #expect(try #require(figures.cpuSeconds) > 0)
        #expect(try #require(figures.diskTotal) >= #require(figures.diskFree))
        #expect(ProcessFigures.measure(folder: "/nowhere/at/all").diskFree == nil)
    }
}
