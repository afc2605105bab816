import Testing

@testable import Media

@Suite struct SoundClockTests {
    @Test("The source's own times stand where they may be true")
    func believes() {
        var clock = SoundClock()
        #expect(clock.time(source: 4, arrival: 5.2) == 4)
        #expect(clock.time(source: 4.1, arrival: 3) == 4.1)
        #expect(clock.time(source: 4.2, arrival: nil) == 4.2)
        #expect(clock.time(source: nil, arrival: 6) == 6)
        #expect(clock.time(source: nil, arrival: nil) == nil)
    }

    @Test("Sound cannot arrive before it was heard: a clock that says so is put right at once")
    func early() {
        var clock = SoundClock()
        #expect(clock.time(source: 3_600, arrival: 5) == 5)
        #expect(clock.time(source: 3_600.5, arrival: 5.3) == 5.5)
        // The source has found its time.
        #expect(clock.time(source: 6, arrival: 6) == 6)
    }

    @Test("What was read late only because opening took long keeps its time; a clock that stays behind is put right")
    func late() {
        var clock = SoundClock()
        #expect(clock.time(source: 0, arrival: 4) == 0)
        #expect(clock.time(source: 1, arrival: 4.1) == 1)
        #expect(clock.time(source: 4.1, arrival: 4.2) == 4.1)
        var second = 5.0
        while second < 9.9 {
            #expect(clock.time(source: second - 50, arrival: second) == second - 50)
            second += 1
        }
        #expect(clock.time(source: 10.5 - 50, arrival: 10.5) == 10.5)
        #expect(clock.time(source: 11 - 50, arrival: 11.2) == 11)
    }
}
