import Testing

@testable import Hub

@Suite struct GrantLimitTests {
    @Test func `A token may at most what its account may, and what it was made for`() {
        let everything = [Grant(.administrator)]
        let mixed = [Grant(.operator, site: "home", faces: false), Grant(.viewer, camera: "gate", video: false)]
        #expect(everything.limited(to: [Grant(.viewer)]) == [Grant(.viewer)])
        #expect([Grant(.viewer)].limited(to: everything) == [Grant(.viewer)])
        #expect(everything.limited(to: mixed) == mixed && mixed.limited(to: everything) == mixed)
        #expect(
            mixed.limited(to: [Grant(.viewer, faces: true)]) == [
                Grant(.viewer, site: "home", faces: false), Grant(.viewer, camera: "gate", video: false),
            ])
        #expect(mixed.limited(to: [Grant(.administrator, site: "home")]) == [mixed[0]])
        for foreign in [Grant(.viewer, site: "farm"), Grant(.viewer, camera: "home"), Grant(.viewer, site: "gate")] {
            #expect(mixed.limited(to: [foreign]).isEmpty)
        }
        #expect(everything.limited(to: []).isEmpty && [Grant]().limited(to: everything).isEmpty)
        // Administrators who are limited to something less have all that it says, and no more.
        #expect(everything.limited(to: [Grant(.operator, video: false, faces: false)]) == [Grant(.operator, video: false, faces: false)])
    }
}
