#ifndef AGENT_CLIENT_TEXT_H_
#define AGENT_CLIENT_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"

namespace evidenced {

// `text` with all but printable ASCII as \xNN. Every string that is shown goes
// through here, or through a Table, which does it: a terminal's control
// sequences never pass.
std::string Plain(absl::string_view text);

// Emphasis for a terminal, or none.
class Palette {
 public:
  static Palette None() { return {{}, {}, {}, {}}; }
  static Palette Terminal() {
    return {"\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[0m"};
  }
  std::string Bold(absl::string_view text) const;
  std::string Good(absl::string_view text) const;
  std::string Bad(absl::string_view text) const;

 private:
  Palette(absl::string_view bold, absl::string_view good, absl::string_view bad,
          absl::string_view end)
      : bold_(bold), good_(good), bad_(bad), end_(end) {}

  absl::string_view bold_;
  absl::string_view good_;
  absl::string_view bad_;
  absl::string_view end_;
};

// A page's width in columns. Nothing that is laid out here is wider.
inline constexpr size_t kPageWidth = 100;

// `text` in lines of at most `width`, broken at spaces. A longer word is cut,
// after 64 characters if they fit: so much of a digest.
std::vector<std::string> WrapText(absl::string_view text, size_t width);

// `text` with only the first digits of digests of more than `longest` digits.
std::string ShortDigests(absl::string_view text, size_t longest);

// Rows of aligned columns, two spaces between them, each line indented. The
// last cell goes on below itself if it is too long for the page.
class Table {
 public:
  explicit Table(size_t indent = 2) : indent_(indent) {}

  void Row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  std::string Render() const;

 private:
  size_t indent_;
  std::vector<std::vector<std::string>> rows_;
};

// "2026-11-25 06:40:00 UTC"
std::string TimeText(absl::Time time);

// "less than a second", "2 minutes 5 seconds": the two largest units.
std::string DurationText(absl::Duration duration);

// "zeros" if it has nothing else.
std::string HexOrZeros(ByteView bytes);

// "1 event", "2 events"
std::string Count(size_t count, absl::string_view noun);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TEXT_H_
