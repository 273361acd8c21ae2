// Mutates one text or bytes field of saved evidence, so that the frames around
// it stay whole and the parsers behind them are reached.
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

#include "evidence/v1/saved.pb.h"

#include "tests/fuzz/mutator.h"

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A field that is set, or an element of a repeated one.
struct Place {
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
  int index = -1;  // of a repeated one

  std::string Get() const {
    const auto& reflection = *message->GetReflection();
    return field->is_repeated()
               ? reflection.GetRepeatedString(*message, field, index)
               : reflection.GetString(*message, field);
  }
  void Set(const std::string& value) const {
    const auto& reflection = *message->GetReflection();
    field->is_repeated()
        ? reflection.SetRepeatedString(message, field, index, value)
        : reflection.SetString(message, field, value);
  }
};

// The recursion is as deep as the schema.
void Collect(Message& message, std::vector<Place>& places) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size =
        field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        places.push_back({.message = &message, .field = field, .index = i});
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Collect(field->is_repeated()
                    ? *reflection.MutableRepeatedMessage(&message, field, i)
                    : *reflection.MutableMessage(&message, field),
                places);
      }
    }
  }
}

void MutateField(const Place& place, size_t most) {
  std::string value = place.Get();
  const size_t size = value.size();
  value.resize(std::max(size, most));
  value.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(value.data()), size,
                                value.size()));
  place.Set(value);
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned int seed) {
  std::minstd_rand random(seed);
  evidence::v1::SavedEvidence saved;
  std::vector<Place> places;
  if (saved.ParseFromArray(data, static_cast<int>(size))) {
    Collect(saved, places);
  }
  // Now and then the frames too.
  constexpr unsigned kSeldom = 8;
  if (places.empty() || random() % kSeldom == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  const size_t room = max_size > size ? max_size - size : 0;
  const Place& place = places[random() % places.size()];
  MutateField(place, place.Get().size() + std::min<size_t>(room, 64));
  if (saved.ByteSizeLong() > max_size) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  saved.SerializeToArray(data, static_cast<int>(max_size));
  return saved.ByteSizeLong();
}
