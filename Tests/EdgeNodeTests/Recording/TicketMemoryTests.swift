import Protocol
import Testing

@testable import EdgeNode

@Suite struct TicketMemoryTests {
    private func use(_ memory: inout TicketMemory, _ name: String, _ uptime: Double) -> Bool { memory.use(name, at: uptime) }

    @Test("A name is good once, for as long as a ticket could be used again")
    func once() {
        var memory = TicketMemory()
        #expect(use(&memory, "a", 0))
        #expect(!use(&memory, "a", 1))
        #expect(!use(&memory, "a", TicketMemory.span - 1))
        #expect(use(&memory, "b", TicketMemory.span - 1))
        #expect(use(&memory, "a", TicketMemory.span))
        #expect(!use(&memory, "b", TicketMemory.span + 1))
    }

    @Test("It does not grow without bound, and forgets nothing for the sake of it")
    func bounded() {
        var memory = TicketMemory()
        for number in 0..<TicketMemory.limit { #expect(use(&memory, "\(number)", 0)) }
        #expect(!use(&memory, "one more", 1))
        #expect(!use(&memory, "0", 1))
        #expect(use(&memory, "one more", TicketMemory.span))
    }

    @Test("A ticket's life and what clocks may differ by fit into what is remembered")
    func fits() { #expect(UploadTicket.life + 2 * UploadTicket.leniency <= TicketMemory.span) }
}
