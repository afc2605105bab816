import Hub

/// `Last-Event-ID` and the list's `page`: texts of anybody's making.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    if let token = PageToken(text) {
        let again = PageToken(token.text)
        precondition(again?.ts == token.ts && again?.id == token.id, "a page token changed on its way")
    }
    let bounds = FeedBounds(lowest: 1000, highest: 20_000)
    for (head, floor) in [(nil, nil), (20_000, 19_000), (0, 0)] as [(Int64?, Int64?)] {
        switch StreamStart.decide(lastEventID: text, head: head, floor: floor, bounds: bounds) {
        case .resume(let cursor): precondition((999...20_000).contains(cursor) || cursor == head, "a stream resumes outside the feed")
        case .live, .reset, .unknown: break
        }
    }
    return 0
}
