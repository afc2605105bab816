/// A polygon in fractions of the frame; closed by itself, may be concave. Self-intersecting ones follow the even-odd rule.
package struct Polygon: Sendable, Hashable {
    package struct Vertex: Sendable, Hashable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    package var vertices: [Vertex]

    package init(_ vertices: [Vertex]) { self.vertices = vertices }

    /// Even-odd test by counting crossings of a ray to the left. Fewer than three vertices contain nothing.
    package func contains(x: Double, y: Double) -> Bool {
        guard vertices.count >= 3 else { return false }
        var inside = false
        var previous = vertices[vertices.count - 1]
        for vertex in vertices {
            if (vertex.y > y) != (previous.y > y) {
                let crossing = vertex.x + (y - vertex.y) / (previous.y - vertex.y) * (previous.x - vertex.x)
                if x < crossing { inside.toggle() }
            }
            previous = vertex
        }
        return inside
    }

    /// Paints `value` into every cell of a `width` × `height` raster whose centre lies inside.
    func paint<Cell>(_ value: (Cell) -> Cell, into raster: inout [Cell], width: Int, height: Int) {
        for row in 0..<height {
            let y = (Double(row) + 0.5) / Double(height)
            for column in 0..<width where contains(x: (Double(column) + 0.5) / Double(width), y: y) {
                raster[row * width + column] = value(raster[row * width + column])
            }
        }
    }
}
