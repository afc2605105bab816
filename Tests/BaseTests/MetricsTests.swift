import Base
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("writes the Prometheus text format, declared families at zero included")
    func text() {
        let metrics = Metrics()
        metrics.declare("a_total", .counter, help: "As.")
        metrics.declare("b", .gauge, help: "Bs.")
        metrics.add("a_total", 2)
        metrics.add("a_total")
        #expect(metrics.text() == "# HELP a_total As.\n# TYPE a_total counter\na_total 3\n# HELP b Bs.\n# TYPE b gauge\nb 0\n")
    }

    @Test("what is replaced is not told any more")
    func replace() {
        let metrics = Metrics()
        metrics.declare("d", .gauge, help: "Ds.")
        metrics.replace("d", [([("node", "a")], 1), ([("node", "b")], 2)])
        metrics.replace("d", [([("node", "b")], 3)])
        #expect(metrics.text().hasSuffix("# TYPE d gauge\nd{node=\"b\"} 3\n"))
    }

    @Test("escapes label values")
    func labels() {
        let metrics = Metrics()
        metrics.set("c", 1.5, labels: [("camera", "a\"b\\c\nd")])
        #expect(metrics.text().hasSuffix("c{camera=\"a\\\"b\\\\c\\nd\"} 1.5\n"))
        #expect(metrics.value("c", labels: [("camera", "a\"b\\c\nd")]) == 1.5)
    }
}
