#include "tests/support/tee_emulator/tsm_tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

constexpr mode_t kReadOnly = S_IRUSR | S_IRGRP | S_IROTH;
constexpr mode_t kWriteOnly = S_IWUSR;
constexpr off_t kTextSize = 4096;
constexpr uint64_t kLargestLevel = 3;

constexpr std::array<TsmAttribute, 7> kAttributes = {{
    {"generation", kReadOnly, kTextSize, false},
    {"provider", kReadOnly, kTextSize, false},
    {"privlevel", kWriteOnly, kTextSize, true},
    {"privlevel_floor", kReadOnly, kTextSize, true},
    {"inblob", kWriteOnly, 0, false},
    {"outblob", kReadOnly, 0, false},
    {"auxblob", kReadOnly, 0, true},
}};

Blob Line(const std::string& text) {
  Blob out(text.begin(), text.end());
  out.push_back('\n');
  return out;
}

void Pad(Blob& blob, uint64_t size) {
  blob.resize(std::max<uint64_t>(blob.size(), size), 0);
}

}  // namespace

std::vector<TsmAttribute> TsmTree::Attributes() const {
  std::vector<TsmAttribute> out;
  for (const TsmAttribute& attribute : kAttributes) {
    if (!attribute.with_levels || provider_.has_levels()) {
      out.push_back(attribute);
    }
  }
  return out;
}

const TsmAttribute* TsmTree::Find(std::string_view attribute) const {
  for (const TsmAttribute& known : kAttributes) {
    if (known.name == attribute &&
        (!known.with_levels || provider_.has_levels())) {
      return &known;
    }
  }
  return nullptr;
}

bool TsmTree::HasEntry(const std::string& entry) const {
  const std::lock_guard lock(mutex_);
  return entries_.contains(entry);
}

std::vector<std::string> TsmTree::Entries() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  out.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) out.push_back(name);
  return out;
}

int TsmTree::MakeEntry(const std::string& entry) {
  const std::lock_guard lock(mutex_);
  if (control_.faults().no_provider != 0) return ENXIO;
  if (!entries_.try_emplace(entry).second) return EEXIST;
  ++entry_count_;
  return 0;
}

int TsmTree::RemoveEntry(const std::string& entry) {
  const std::lock_guard lock(mutex_);
  const auto refused = static_cast<int>(control_.faults().rmdir_error);
  if (refused != 0) return refused;
  if (entries_.erase(entry) == 0) return ENOENT;
  --entry_count_;
  return 0;
}

int TsmTree::Read(const std::string& entry, std::string_view attribute,
                  Blob* out) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(entry);
  if (found == entries_.end()) return ENOENT;
  if (attribute == "generation") {
    *out = Line(std::to_string(found->second.writes));
    return 0;
  }
  if (attribute == "outblob" || attribute == "auxblob") {
    return ReadBlob(found->second, attribute, out);
  }
  if (control_.faults().no_provider != 0) return ENXIO;
  if (attribute == "provider") {
    const std::string name = control_.faults().provider;
    *out = Line(name == "good"      ? provider_.name()
                : name == "unknown" ? "unknown_tee"
                                    : name);
    return 0;
  }
  if (attribute == "privlevel_floor") {
    *out = Line(std::to_string(control_.faults().floor));
    return 0;
  }
  return EINVAL;
}

int TsmTree::ReadBlob(Entry& entry, std::string_view attribute, Blob* out) {
  if (entry.request.inblob.empty()) return EINVAL;
  const bool report = attribute == "outblob";
  if (report && control_.TakeSecondWrite("before")) {
    entry.request.inblob.assign(entry.request.inblob.size(), 0xbb);
    ++entry.writes;
  }
  if (report) control_.LeaveIfDue();
  if (!entry.made || entry.read_at != entry.writes) {
    const Faults faults = control_.faults();
    if (faults.no_provider != 0) return static_cast<int>(faults.orphan_error);
    const int error = Generate(entry);
    if (error != 0) return error;
  }
  *out = report ? entry.answer.outblob : entry.answer.auxblob;
  if (report && control_.TakeSecondWrite("after")) ++entry.writes;
  return 0;
}

int TsmTree::Generate(Entry& entry) {
  entry.made = false;
  entry.answer = provider_.MakeReport(entry.request);
  if (entry.answer.error != 0) return entry.answer.error;
  const Faults faults = control_.faults();
  Pad(entry.answer.outblob, faults.outblob_size);
  Pad(entry.answer.auxblob, faults.auxblob_size);
  entry.made = true;
  entry.read_at = entry.writes;
  return 0;
}

int TsmTree::WriteLevel(const std::string& entry, const std::string& text) {
  uint64_t level = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, level);
  const bool whole =
      parsed.ptr == end || (parsed.ptr + 1 == end && *parsed.ptr == '\n');
  if (parsed.ec != std::errc() || !whole) return EINVAL;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(entry);
  if (found == entries_.end()) return ENOENT;
  if (control_.faults().no_provider != 0) return ENXIO;
  if (level < control_.faults().floor || level > kLargestLevel) return EINVAL;
  ++found->second.writes;
  found->second.request.privlevel = static_cast<uint32_t>(level);
  return 0;
}

int TsmTree::CommitInblob(const std::string& entry, const Blob& bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(entry);
  if (found == entries_.end()) return ENOENT;
  ++found->second.writes;
  found->second.request.inblob = bytes;
  return 0;
}

}  // namespace tee_emulator
