/// Facts about this release.
public enum Winnow {
  public static let version = "0.1.0"
}
