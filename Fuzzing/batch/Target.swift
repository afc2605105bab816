import Protocol

/// An event batch as it comes from the broker: bytes of anybody's making.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let payload = Array(UnsafeBufferPointer(start: data, count: count))
    _ = try? Acknowledgement(json: payload)
    _ = try? PublishedEvent(json: payload)
    guard let batch = try? EventBatch(payload: payload, fromNode: "porch") else { return 0 }
    // What was read can be sent on, and reads as the same.
    let again = EventBatch.encode(node: batch.node, epoch: batch.epoch, batch: batch.batch, bodies: batch.events.map(\.body))
    guard let second = try? EventBatch(payload: again, fromNode: "porch"), second.refused.isEmpty else {
        fatalError("a good batch was refused")
    }
    precondition(second.events == batch.events, "a batch changed on its way")
    return 0
}
