// libFuzzer asks here for the next input of the exchange targets: one field of the message changes, the message
// stays one. Compiled once for requests and once for answers (MOTCUA_FUZZ_MESSAGE).
#include <google/protobuf/message.h>

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "motcua/v1/sync.pb.h"
#include "tests/fuzz/batch_mutator.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::size_t kFieldBytesMax = 4096;

template <typename Number>
Number MutateNumber(Number number) {
  const std::string bytes = MutateBytes({reinterpret_cast<const char*>(&number), sizeof number}, sizeof number);
  Number mutated = 0;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&mutated));
  return mutated;
}

void MutateField(Message* message, const FieldDescriptor* field, SeededRandom& random) {
  const Reflection& reflection = *message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string bytes = reflection.GetString(*message, field);
      reflection.SetString(message, field,
                           field->name() == "batch" ? MutateBatch(bytes, kFieldBytesMax, random.Next32())
                                                    : MutateBytes(bytes, std::min(kFieldBytesMax, bytes.size() + 40)));
      return;
    }
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(message, field, MutateNumber(reflection.GetUInt32(*message, field)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(message, field, MutateNumber(reflection.GetUInt64(*message, field)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(message, field, MutateNumber(reflection.GetInt64(*message, field)));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, field, !reflection.GetBool(*message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, field, static_cast<int>(random.Below(14)));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* inner = reflection.MutableMessage(message, field);
      const auto fields = static_cast<uint64_t>(inner->GetDescriptor()->field_count());
      return MutateField(inner, inner->GetDescriptor()->field(static_cast<int>(random.Below(fields))), random);
    }
    default:
      return;
  }
}

// Most of what can go wrong is in the batch, so it changes most often.
const FieldDescriptor* ChooseField(const Message& message, SeededRandom& random) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    if (!type.field(i)->is_repeated()) fields.push_back(type.field(i));
  }
  const FieldDescriptor* batch = type.FindFieldByName("batch");
  return batch != nullptr && random.Below(2) == 0 ? batch : fields[random.Below(fields.size())];
}

}  // namespace
}  // namespace motcua

extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t* data, std::size_t size, std::size_t size_max, unsigned seed) {
  using namespace motcua;
  v1::MOTCUA_FUZZ_MESSAGE message;
  SeededRandom random(seed);
  const bool parsed = size > 0 && message.ParseFromArray(data + 1, static_cast<int>(size - 1));
  if (!parsed || random.Below(50) == 0) return LLVMFuzzerMutate(data, size, size_max);
  for (uint64_t changes = 1 + random.Below(2); changes > 0; --changes)
    MutateField(&message, ChooseField(message, random), random);
  const std::string bytes = message.SerializeAsString();
  if (bytes.size() + 1 > size_max) return LLVMFuzzerMutate(data, size, size_max);
  std::copy(bytes.begin(), bytes.end(), data + 1);
  if (random.Below(16) == 0) data[0] ^= 1;
  return bytes.size() + 1;
}
