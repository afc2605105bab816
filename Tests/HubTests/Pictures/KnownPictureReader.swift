import Hub
import Media
import MediaTypes
import Protocol
import Sight
import Synchronization
import Vision

/// Reads pictures with answers that a test gives: by the brightness of the picture, so that which one is looked at matters.
final class KnownPictureReader: PictureReading {
    struct Missing: Error, CustomStringConvertible {
        var description: String { "nothing that reads is installed" }
    }

    private let answers = Mutex<[(brightness: ClosedRange<UInt8>, subjects: [PictureSubject])]>([])
    private let failures = Mutex<[ClosedRange<UInt8>]>([])
    private let isThere = Mutex(true)
    private let looks = Mutex(0)

    /// Pictures that were looked at.
    var count: Int { looks.withLock { $0 } }

    func answer(_ brightness: ClosedRange<UInt8>, _ subjects: [PictureSubject]) { answers.withLock { $0.append((brightness, subjects)) } }
    /// Fails over pictures of a brightness.
    func fail(_ brightness: ClosedRange<UInt8>) { failures.withLock { $0.append(brightness) } }
    func install(_ isInstalled: Bool) { isThere.withLock { $0 = isInstalled } }

    func check() throws { if !isThere.withLock({ $0 }) { throw Missing() } }
    func prepare() async throws { try check() }
    func rest() async {}

    func read(_ picture: HeldPicture, _ kind: PortraitKind, isCutOut: Bool) async throws -> [PictureSubject] {
        looks.withLock { $0 += 1 }
        let middle = picture.withPlanes { layout, luma, _, _ in luma[layout.height / 2 * layout.lumaStride + layout.width / 2] } ?? 0
        if failures.withLock({ $0.contains { $0.contains(middle) } }) { throw Missing() }
        return answers.withLock { $0.first { $0.brightness.contains(middle) }?.subjects } ?? []
    }
}
