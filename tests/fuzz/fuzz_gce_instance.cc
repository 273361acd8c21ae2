// What parses as Google's instance extension is written again from its fields
// as the same bytes: there is one DER for what it says.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/tpm/gce_instance.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ByteReader;
using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::ByteWriter;
using evidenced::Require;

constexpr uint8_t kBoolean = 0x01;
constexpr uint8_t kInteger = 0x02;
constexpr uint8_t kText = 0x0c;
constexpr uint8_t kSequence = 0x30;
constexpr uint8_t kContext = 0xa0;
constexpr uint8_t kTagNumber = 0x1f;

ByteView Take(ByteReader& in) {
  in.U8();
  size_t size = in.U8();
  if (size == 0x81) {
    size = in.U8();
  } else if (size == 0x82) {
    size = in.Be<uint16_t>();
  }
  return in.Take(size);
}

void Put(uint8_t tag, ByteView contents, ByteWriter& out) {
  const size_t size = contents.size();
  out.Be(tag);
  if (size > 0xff) {
    out.Be(uint8_t{0x82}).Be(static_cast<uint16_t>(size));
  } else if (size > 0x7f) {
    out.Be(uint8_t{0x81}).Be(static_cast<uint8_t>(size));
  } else {
    out.Be(static_cast<uint8_t>(size));
  }
  out.Put(contents);
}

void PutText(const std::string& text, ByteWriter& out) {
  Put(kText, evidenced::AsBytes(text), out);
}

void PutNumber(uint64_t number, ByteWriter& out) {
  ByteWriter bytes;
  bytes.Be(uint8_t{0}).Be(number);
  ByteView shortest = bytes.view();
  while (shortest.size() > 1 && shortest[0] == 0 && shortest[1] < 0x80) {
    shortest = shortest.subspan(1);
  }
  Put(kInteger, shortest, out);
}

// What the fields do not say: whether there are security properties at all, and
// which of them are booleans.
struct Spelling {
  bool security = false;
  std::map<uint32_t, bool> boolean;
};

Spelling SpellingOf(ByteView der) {
  Spelling out;
  ByteReader outer(der);
  ByteReader in(Take(outer));
  for (int i = 0; i < 5; ++i) Take(in);
  out.security = in.remaining() > 0;
  ByteReader context(Take(in));
  ByteReader sequence(Take(context));
  while (sequence.remaining() > 0) {
    ByteReader ahead = sequence;
    const uint8_t tag = ahead.U8() & kTagNumber;
    out.boolean[tag] = ByteReader(Take(sequence)).U8() == kBoolean;
  }
  return out;
}

Bytes Write(const evidenced::GceInstance& instance, const Spelling& spelling) {
  ByteWriter properties;
  for (const auto& [tag, value] : instance.security) {
    ByteWriter inner;
    if (spelling.boolean.at(tag)) {
      const uint8_t byte = value == 0 ? 0x00 : 0xff;
      Put(kBoolean, ByteView(&byte, 1), inner);
    } else {
      PutNumber(value, inner);
    }
    Put(static_cast<uint8_t>(kContext | tag), inner.view(), properties);
  }
  ByteWriter fields;
  PutText(instance.zone, fields);
  PutNumber(instance.project_number, fields);
  PutText(instance.project_id, fields);
  PutNumber(instance.instance_id, fields);
  PutText(instance.instance_name, fields);
  if (spelling.security) {
    ByteWriter sequence;
    Put(kSequence, properties.view(), sequence);
    Put(kContext, sequence.view(), fields);
  }
  ByteWriter out;
  Put(kSequence, fields.view(), out);
  return std::move(out).Take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView der(data, size);
  const auto instance = evidenced::ParseGceInstance(der);
  if (!instance.ok()) {
    Require(evidenced::IsPrintable(instance.status().message()));
    return 0;
  }
  Require(evidenced::Equal(Write(*instance, SpellingOf(der)), der));
  return 0;
}
