import NIOCore
import Synchronization

/// Cuts what arrives into whole units; the last one may be shorter.
final class UnitAssembly: Sendable {
    private let unit: Int
    private let state: Mutex<(waiting: [UInt8], left: Int64)>

    /// - Parameter length: Bytes that arrive in all.
    init(_ unit: Int, length: Int64) {
        self.unit = unit
        state = Mutex(([], length))
    }

    /// - Returns: Whole units, together.
    func add(_ buffer: ByteBuffer) -> [ArraySlice<UInt8>] {
        state.withLock { state in
            state.waiting += buffer.readableBytesView
            state.left -= Int64(buffer.readableBytes)
            let whole = state.left <= 0 ? state.waiting.count : state.waiting.count / unit * unit
            guard whole > 0 else { return [] }
            defer { state.waiting = Array(state.waiting[whole...]) }
            return [state.waiting[..<whole]]
        }
    }
}
