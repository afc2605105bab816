import Foundation
import NIOCore
import Protocol
import Testing

@testable import Hub

/// What grants give, together and where.
@Suite struct AccessTests {
    @Test(arguments: [
        (Grant(.viewer), [Right.see, .watch]), (Grant(.viewer, video: false), [.see]),
        (Grant(.viewer, faces: true), [.see, .watch, .identify]),
        (Grant(.operator), [.see, .watch, .identify, .operate]), (Grant(.operator, faces: false), [.see, .watch, .operate]),
        (Grant(.administrator, video: false, faces: false), Right.allCases),
    ])
    func `A role gives rights, and some are given by themselves`(_ grant: Grant, _ rights: [Right]) {
        #expect(Right.allCases.filter(grant.gives) == rights)
        #expect(rights.allSatisfy(Access([grant]).mayEverywhere))
    }

    @Test func `Rights of several grants add up, each where it is`() {
        let access = Access([Grant(.viewer, site: "home"), Grant(.operator, site: "shop"), Grant(.administrator, camera: "gate")])
        #expect(access.scope(.see) == .limited(sites: ["home", "shop"], cameras: ["gate"]))
        #expect(access.scope(.operate) == .limited(sites: ["shop"], cameras: ["gate"]))
        #expect(access.may(.see, site: "home", camera: "door") && !access.may(.operate, site: "home", camera: "door"))
        #expect(access.may(.administer, site: "elsewhere", camera: "gate") && !access.may(.administer, site: "shop", camera: "till"))
        #expect(!access.may(.see, site: nil, camera: "door") && !access.may(.see, site: "elsewhere", camera: "door"))
        #expect(!Right.allCases.contains(where: access.mayEverywhere))
        #expect(access.highestRole == .administrator && Access.none.highestRole == nil)
        #expect(Access.none.scope(.see) == .nothing && !AccessScope.nothing.contains(site: "", camera: ""))
        #expect(Access([Grant(.viewer), Grant(.operator, site: "home")]).scope(.operate) == .limited(sites: ["home"], cameras: []))
    }

    @Test func `What the store cannot be read of gives nothing`() {
        let grants = [Grant(.operator, site: "home", faces: false), Grant(.viewer, camera: "gate")]
        #expect([Grant](text: grants.text) == grants)
        #expect([Grant](text: #"{"grants":[{"role":"administrator","video":true,"faces":true}]}"#) == [Grant(.administrator)])
        for text in ["", "[", "{}", #"{"grants":[{"role":"king","video":true,"faces":true}]}"#, #"{"grants":[{"role":"viewer"}]}"#] {
            #expect([Grant](text: text) == [], "\(text)")
        }
    }

    @Test func `A stream has what its account may see, named where it may know`() throws {
        func frame(_ number: Int, _ site: String, _ camera: String) throws -> StreamFrame {
            let event = try Event(
                id: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number)), rev: 1, node: "n", epoch: "e",
                seq: Int64(number), site: site, sourceID: camera, type: "person", severity: .info, ts: EventMaker.noon, endTS: nil,
                payload: Array("{}".utf8))
            return StreamFrame(
                PublishedEvent(
                    cursor: Int64(number), event: event, acknowledged: false, identities: Array(#"[{"name":"Anna"}]"#.utf8),
                    incident: EventID(high: 1, low: 2)))
        }
        let all = [try frame(1, "home", "door"), try frame(2, "shop", "till"), try frame(3, "farm", "barn"), try frame(4, "farm", "gate")]
        func seen(_ grants: [Grant]) -> [String] {
            StreamAudience(filter: EventFilter(), access: Access(grants)).frames(of: all).map {
                "\($0.cursor)\(String(buffer: $0.bytes).contains("Anna") ? " Anna" : "")"
            }
        }
        #expect(seen([Grant(.administrator)]) == ["1 Anna", "2 Anna", "3 Anna", "4 Anna"])
        #expect(seen([Grant(.viewer)]) == ["1", "2", "3", "4"])
        #expect(
            seen([Grant(.viewer, site: "home"), Grant(.operator, site: "shop"), Grant(.viewer, camera: "gate")]) == ["1", "2 Anna", "4"])
        #expect(seen([]) == [])
        // What belongs together is told to those who see all of a site.
        let incident = "\"incident\":\"\(EventID(high: 1, low: 2))\"}"
        func joined(_ grants: [Grant]) -> [Int64] {
            let frames = StreamAudience(filter: EventFilter(), access: Access(grants)).frames(of: all)
            for frame in frames { #expect(String(buffer: frame.bytes).hasSuffix("}\n\n")) }
            return frames.filter { String(buffer: $0.bytes).contains(incident) }.map(\.cursor)
        }
        #expect(joined([Grant(.administrator)]) == [1, 2, 3, 4])
        #expect(joined([Grant(.viewer, site: "home"), Grant(.operator, site: "shop"), Grant(.operator, camera: "gate")]) == [1, 2])
    }
}
