#include "agent/client/text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace evidenced {
namespace {

constexpr size_t kDigestLine = 64;
constexpr size_t kShortDigest = 12;
constexpr size_t kNarrowest = 30;  // the last column of a table

std::string Between(absl::string_view begin, absl::string_view text,
                    absl::string_view end) {
  return absl::StrCat(begin, Plain(text), end);
}

}  // namespace

std::string Plain(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte >= 0x7F) {
      absl::StrAppendFormat(&out, "\\x%02x", byte);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string Palette::Bold(absl::string_view text) const {
  return Between(bold_, text, end_);
}

std::string Palette::Good(absl::string_view text) const {
  return Between(good_, text, end_);
}

std::string Palette::Bad(absl::string_view text) const {
  return Between(bad_, text, end_);
}

std::vector<std::string> WrapText(absl::string_view text, size_t width) {
  std::vector<std::string> lines(1);
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    std::string* line = &lines.back();
    const bool fits =
        line->size() + (line->empty() ? 0 : 1) + word.size() <= width;
    if (!fits && !line->empty()) line = &lines.emplace_back();
    if (!line->empty()) line->push_back(' ');
    while (word.size() > width) {
      const size_t cut = width < kDigestLine ? width : kDigestLine;
      line->append(word.data(), cut);
      word.remove_prefix(cut);
      line = &lines.emplace_back();
    }
    line->append(word.data(), word.size());
  }
  return lines;
}

std::string ShortDigests(absl::string_view text, size_t longest) {
  std::string out;
  while (!text.empty()) {
    const size_t digits =
        std::min(text.find_first_not_of("0123456789abcdef"), text.size());
    absl::StrAppend(&out, digits > longest
                              ? absl::StrCat(text.substr(0, kShortDigest), "..")
                              : std::string(text.substr(0, digits)));
    text.remove_prefix(digits);
    if (text.empty()) break;
    out.push_back(text.front());
    text.remove_prefix(1);
  }
  return out;
}

void Table::Row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Plain(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::Render() const {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows_) {
    if (row.size() > widths.size()) widths.resize(row.size());
    // The last cell of a row has nothing beside it to be aligned.
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string out;
  for (const std::vector<std::string>& row : rows_) {
    std::string line(indent_, ' ');
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      absl::StrAppend(&line, row[i],
                      std::string(widths[i] - row[i].size() + 2, ' '));
    }
    const size_t start = line.size();
    const size_t left =
        kPageWidth > start + kNarrowest ? kPageWidth - start : kNarrowest;
    for (const std::string& piece :
         WrapText(row.empty() ? "" : row.back(), left)) {
      absl::StrAppend(&line, piece);
      line.resize(line.find_last_not_of(' ') + 1);
      absl::StrAppend(&out, line, "\n");
      line.assign(start, ' ');
    }
  }
  return out;
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

std::string DurationText(absl::Duration duration) {
  struct Unit {
    absl::string_view name;
    absl::Duration length;
  };
  const Unit units[] = {{"day", absl::Hours(24)},
                        {"hour", absl::Hours(1)},
                        {"minute", absl::Minutes(1)},
                        {"second", absl::Seconds(1)}};
  std::vector<std::string> words;
  absl::Duration rest = duration;
  for (const Unit& unit : units) {
    const int64_t count = absl::IDivDuration(rest, unit.length, &rest);
    if (count > 0) {
      words.push_back(Count(static_cast<size_t>(count), unit.name));
    }
    // No unit but the next smaller one stands beside the largest.
    if (words.size() == 2 || (words.size() == 1 && count == 0)) break;
  }
  return words.empty() ? "less than a second" : absl::StrJoin(words, " ");
}

std::string HexOrZeros(ByteView bytes) {
  const bool zeros = std::all_of(bytes.begin(), bytes.end(),
                                 [](uint8_t byte) { return byte == 0; });
  return zeros ? "zeros" : Hex(bytes);
}

std::string Count(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace evidenced
