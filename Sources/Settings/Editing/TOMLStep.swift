/// A step from a table or an array of a TOML document to what lies in it.
enum TOMLStep: Hashable {
    case key(String)
    /// An element of an array of tables, counted from 0.
    case index(Int)
}
