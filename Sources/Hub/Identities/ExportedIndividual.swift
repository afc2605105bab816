import Base
private import Foundation
import NIOCore
import Protocol

/// The document with everything that is stored about somebody, piece by piece: it may be larger than memory.
struct ExportedIndividual: AsyncSequence, Sendable {
    let record: IndividualRecord
    let identities: Identities
    let store: any HubStore
    let now: Timestamp

    func makeAsyncIterator() -> Iterator { Iterator(export: self) }

    struct Iterator: AsyncIteratorProtocol {
        private enum Part {
            case profile
            /// Events of the gallery that are still to come.
            case knownBy([EventID])
            /// Events that were read and are still to come; nil as the query where there are no more behind them.
            case events([StoredEvent], EventQuery?)
            case end
        }

        let export: ExportedIndividual
        private var part = Part.profile
        private var isFirst = true

        private static let page = 200

        init(export: ExportedIndividual) { self.export = export }

        mutating func next() async throws -> ByteBuffer? {
            switch part {
            case .profile:
                // Also of nodes that were revoked: what they sent is not compared, and still stored.
                part = .knownBy(try await export.store.galleryEvents(of: export.record.individual.id))
                return ByteBuffer(bytes: try await profile())
            case .knownBy(let events):
                guard let event = events.first else { return begin() }
                part = .knownBy(Array(events.dropFirst()))
                guard let portrait = try await export.identities.galleryPortrait(of: event) else { return ByteBuffer() }
                return piece(Self.json(portrait, of: event))
            case .events(let events, let query):
                if let event = events.first {
                    part = .events(Array(events.dropFirst()), query)
                    return piece(try await json(event))
                }
                guard var query else {
                    part = .end
                    return ByteBuffer(string: "]}")
                }
                let page = try await export.store.events(query)
                query.before = page.last.map { ($0.event.ts, $0.event.id) }
                part = .events(page, page.count == query.limit ? query : nil)
                return ByteBuffer()
            case .end: return nil
            }
        }

        private func profile() async throws -> [UInt8] {
            let id = export.record.individual.id
            var out = Array("{\"exported_at\":\"\(export.now.rfc3339)\",\"individual\":".utf8)
            out += IdentityJSON.individual(export.record)
            out += Array(",\"recognition\":".utf8) + IdentityJSON.recognition(try await export.store.recognition())
            out += Array(",\"rules\":[".utf8)
            for (index, rule) in try await export.store.petRules().filter({ $0.individual == id }).enumerated() {
                let (kind, first, second) = rule.condition.stored
                out += Array("\(index > 0 ? "," : "")[\"\(kind)\",\(first),\(second)]".utf8)
            }
            out += Array("],\"merges\":".utf8) + MergeJSON.list(try await export.store.merges(of: id))
            // Their pixels are at the address of each: it may be 200 pictures.
            out += Array(",\"given\":".utf8) + PictureJSON.list(try await export.store.offeredPictures(of: id))
            return out + Array(",\"known_by\":[".utf8)
        }

        private mutating func begin() -> ByteBuffer {
            var query = EventQuery(.everything)
            (query.individual, query.limit) = (export.record.individual.id, Self.page)
            (query.isProbableEnough, query.isSubjectEnough) = (true, true)
            part = .events([], query)
            isFirst = true
            return ByteBuffer(string: "],\"events\":[")
        }

        /// An element of the list that is being written.
        private mutating func piece(_ json: [UInt8]) -> ByteBuffer {
            defer { isFirst = false }
            return ByteBuffer(bytes: isFirst ? json : [UInt8(ascii: ",")] + json)
        }

        private func json(_ stored: StoredEvent) async throws -> [UInt8] {
            var out = Array("{\"event\":".utf8)
            EventJSON.append(stored, to: &out)
            let portrait = try await export.identities.portrait(of: stored.event.id)
            out += Array(",\"portrait\":".utf8) + (portrait.map { Self.json($0, of: stored.event.id) } ?? Array("null".utf8))
            let picture = stored.snapshot == nil ? "null" : "\"/api/v1/events/\(stored.event.id)/snapshot.jpg\""
            return out + Array(",\"picture\":\(picture)}".utf8)
        }

        private static func json(_ portrait: Portrait, of event: EventID) -> [UInt8] {
            var out = Array("{\"event\":\"\(event)\",\"model\":".utf8)
            JSONText.append(portrait.model, to: &out)
            let numbers = portrait.embedding.map { $0.isFinite ? "\($0)" : "0" }.joined(separator: ",")
            return out + Array(",\"numbers\":[\(numbers)],\"jpeg\":\"\(Data(portrait.crop).base64EncodedString())\"}".utf8)
        }
    }
}
