import Testing

@testable import Vision

@Suite struct RegionPlannerTests {
    private let planner = RegionPlanner(limit: 3)

    private func contains(_ part: PixelRectangle, _ box: Box, width: Int, height: Int) -> Bool {
        let whole = part.fractions(ofWidth: width, height: height)
        return whole.x <= box.x + 1e-9 && whole.y <= box.y + 1e-9 && whole.maxX >= box.maxX - 1e-9 && whole.maxY >= box.maxY - 1e-9
    }

    @Test("A small thing gets a square of its own that has it in it, wherever it is, and lies in the picture")
    func small() {
        for (x, y) in [(0.0, 0.0), (0.98, 0.0), (0.5, 0.5), (0.99, 0.95)] {
            let box = Box(x: x, y: y, width: 0.01, height: 0.04)
            let parts = planner.plan([box], width: 1920, height: 1080)
            #expect(parts.count == 1)
            #expect(parts.allSatisfy { $0.width == 320 && $0.height == 320 && $0.fits(width: 1920, height: 1080) })
            #expect(parts.allSatisfy { contains($0, box, width: 1920, height: 1080) })
        }
    }

    @Test("Things beside each other share a part, things far apart do not")
    func merging() {
        let (one, beside, away) = (
            Box(x: 0.1, y: 0.5, width: 0.02, height: 0.05), Box(x: 0.13, y: 0.5, width: 0.02, height: 0.05),
            Box(x: 0.8, y: 0.2, width: 0.02, height: 0.05)
        )
        #expect(planner.plan([one, beside], width: 1920, height: 1080).count == 1)
        #expect(planner.plan([one, beside, away], width: 1920, height: 1080).count == 2)
    }

    @Test("Much to look at is looked at in the whole picture, and never in more parts than allowed")
    func many() {
        let boxes = (0..<40).map { Box(x: Double($0 % 8) / 8, y: Double($0 / 8) / 5, width: 0.02, height: 0.05) }
        let whole = PixelRectangle(x: 0, y: 0, width: 1920, height: 1080)
        #expect(planner.plan(boxes, width: 1920, height: 1080) == [whole])
        let corners = [(0.0, 0.0), (0.97, 0.0), (0.0, 0.95), (0.97, 0.95)].map { Box(x: $0.0, y: $0.1, width: 0.01, height: 0.02) }
        let parts = planner.plan(corners, width: 3840, height: 2160)
        #expect(parts.count == 3 && parts.last == PixelRectangle(x: 0, y: 0, width: 3840, height: 2160))
    }

    @Test("A large thing, one beyond the edge and a picture smaller than a part fit; nothing asked is nothing")
    func edges() {
        #expect(planner.plan([], width: 1920, height: 1080) == [])
        #expect(planner.plan([Box(x: 1.2, y: 0, width: 0.1, height: 0.1)], width: 1920, height: 1080) == [])
        #expect(planner.plan([Box(x: 0, y: 0, width: 1, height: 1)], width: 0, height: 0) == [])
        for box in [Box(x: -0.2, y: -0.1, width: 0.9, height: 1.4), Box(x: 0.3, y: 0.2, width: 0.6, height: 0.7)] {
            let parts = planner.plan([box], width: 640, height: 360)
            #expect(parts.count == 1 && parts.allSatisfy { $0.fits(width: 640, height: 360) })
        }
        #expect(
            planner.plan([Box(x: 0.4, y: 0.4, width: 0.1, height: 0.1)], width: 160, height: 90)
                == [PixelRectangle(x: 0, y: 0, width: 160, height: 90)])
    }
}
