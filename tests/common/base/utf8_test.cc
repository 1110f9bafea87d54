// UTF-8 and codes. Faults they should survive: bytes cut in the middle of a character, longer forms, surrogates,
// characters beyond Unicode, codes that would break a file name, a CSV line or a cell's printed form.
#include "common/base/utf8.h"

#include <gtest/gtest.h>

namespace motcua {
namespace {

TEST(Utf8Test, WellFormedTextOfEveryLengthIsValid) {
  for (const char* text : {"", "abc", "Thủ tục hành chính", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  EXPECT_TRUE(IsValidUtf8(absl::string_view("a\0b", 3)));
}

TEST(Utf8Test, DisplayWidthCountsColumns) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("Ba Đình"), 7);
  EXPECT_EQ(DisplayWidth("e\u0302\u0301"), 1);  // e with two combining marks, as some keyboards write ế
  EXPECT_EQ(DisplayWidth("\u6F22\u5B57"), 4);
}

// ---- errors

TEST(Utf8Test, MalformedTextIsNotValid) {
  for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE1\x80",
                           "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF1\x80\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "abc\xFF", "\xFF" "abc"}) {
    EXPECT_FALSE(IsValidUtf8(text));
  }
}

TEST(Utf8Test, TextThatATerminalWouldObeyIsNotPlain) {
  for (const char* text : {"", "Thủ tục\n\tmột cửa", "\xC2\xA0", "~"}) EXPECT_TRUE(IsPlainText(text)) << text;
  for (const char* text : {"\x1b[31m", "a\rb", "\b", "\x07", "\x7F", "\xC2\x80", "\xC2\x9B" "2J", "\xC2\x9F", "\xFF"}) {
    EXPECT_FALSE(IsPlainText(text));
  }
  EXPECT_FALSE(IsPlainText(absl::string_view("a\0b", 3)));
}

TEST(Utf8Test, EveryCutInsideACharacterIsNotValid) {
  const std::string text = "ế";
  for (std::size_t size = 1; size < text.size(); ++size) EXPECT_FALSE(IsValidUtf8(text.substr(0, size)));
}

TEST(Utf8Test, MalformedBytesTakeAColumnEach) { EXPECT_EQ(DisplayWidth("a\xFF\xFE"), 3); }

TEST(CodeTest, CodesInUseAreCodes) {
  for (const char* code : {"00019", "1.001193", "online_partial", "A-B:c", "x", "~!#$%&()*+<=>?@[]^`{|}"}) {
    EXPECT_TRUE(IsCode(code)) << code;
  }
  EXPECT_TRUE(IsCode(std::string(64, 'c')));
}

TEST(CodeTest, EverythingElseIsNot) {
  for (const char* text : {"", " ", "a b", "a,b", "a;b", "a/b", "a\"b", "a'b", "a\\b", "a\tb", "a\n", "\x7F", "thủ", "\xFF"}) {
    EXPECT_FALSE(IsCode(text)) << text;
  }
  EXPECT_FALSE(IsCode(std::string(65, 'c')));
  EXPECT_FALSE(IsCode(absl::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace motcua
