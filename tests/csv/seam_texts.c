/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/seam_texts.h"

#include <string.h>

#define PART(literal)                                                                    \
  {                                                                                      \
    literal, sizeof literal - 1                                                          \
  }
#define TEXT(name, literal)                                                              \
  {                                                                                      \
    name, PART(literal), PART(""), PART(""), 0                                           \
  }
#define REPEATED(name, head, body, n_bodies, tail)                                       \
  {                                                                                      \
    name, PART(head), PART(body), PART(tail), n_bodies                                   \
  }

const struct seam_text seam_texts[] = {
    TEXT("empty", ""),
    TEXT("one line end", "\n"),
    TEXT("line ends of all kinds", "\r\n\r\r\n\n\n\r\r\r\n"),
    TEXT("plain", "ID,A,B\n1,2,3\n4,5,6\n7,8,9\n"),
    TEXT("no final line end", "ID,A,B\n1,2,3\n4,5,6"),
    TEXT("ends behind a delimiter", "ID,A,B\n1,2,3\n4,5,"),
    TEXT("ends with a CR", "ID,A\n1,2\r\n3,4\r"),
    TEXT("CR LF", "ID,A,B\r\n1,2,3\r\n4,5,6\r\n"),
    TEXT("CR", "ID,A,B\r1,2,3\r4,5,6\r"),
    TEXT("mixed line ends", "ID,A\r\n1,2\n3,4\r5,6\r\n7,8\r\r\n9,10\n\r11,12"),
    TEXT("byte order mark", "\xEF\xBB\xBFID,A\n1,2\n3,4\n"),
    TEXT("mark before a quote", "\xEF\xBB\xBF\"ID\",\"A\"\n\"1\",\"2\"\n"),
    TEXT("two marks", "\xEF\xBB\xBF\xEF\xBB\xBFID,A\n1,2\n"),
    TEXT("mark alone", "\xEF\xBB\xBF"),
    TEXT("mark inside", "ID,A\n\xEF\xBB\xBF"
                        "1,\xEF\xBB\xBF\n"),
    TEXT("empty fields", "ID,A,B\n,,\n1,,\n,2,\n,,3\n,\n,,,,\n"),
    TEXT("quoted empty fields", "ID,A\n\"\",\"\"\n\"\",\n,\"\"\n\"\"\n"),
    TEXT("quoted",
         "\"ID\",\"A\"\n\"1\",\"2,3\"\n\"4\",\"5\"\r\n\"6\",\"7\"\r\"8\",\"9\""),
    TEXT("quoted LF", "ID,A\n1,\"a\nb\"\n2,\"\n\"\n3,\"\n\n\"\n"),
    TEXT("quoted CR LF", "ID,A\r\n1,\"a\r\nb\"\r\n2,\"\r\n\"\r\n3,\"\r\n\r\n\"\r\n"),
    TEXT("quoted CR", "ID,A\r1,\"a\rb\"\r2,\"\r\"\r3,\"\r\r\"\r"),
    TEXT("quoted line ends mixed", "ID,A\n1,\"\r\n\n\r\r\n\"\r2,\"\n\r\n\r\"\r\n3,x\n"),
    TEXT("quoted delimiters", "ID,A\n1,\",\"\n2,\",,\"\n\",\",\"a,b,\"\n"),
    TEXT("doubled quotes", "ID,A\n1,\"a\"\"b\"\n2,\"\"\"\"\n3,\"\"\"\"\"\"\n"),
    TEXT("doubled at the start", "ID,A\n\"\"\"a\",\"\"\"\n\"\n\"\"\",\",2\n"),
    TEXT("doubled at the end", "ID,A\n\"a\"\"\",\"\n\"\"\"\n\"\r\n\"\"\"\r\n"),
    TEXT("doubled around delimiters", "ID,A\n\"a\"\",\"\"b\",\"\"\",\"\"\"\n"),
    TEXT("doubled around line ends", "ID,A\n\"a\"\"\n\"\"b\",\"\"\"\r\n\"\"\"\r\n"),
    REPEATED("many doubled quotes", "ID,A\n1,\"", "\"\"", 70, "\"\n2,x\n"),
    REPEATED("odd doubled quotes", "ID,A\n1,\"x", "\"\"", 63, "\n\"\n2,x\n"),
    REPEATED("quoted empties", "A,B\n", "\"\",", 60, "\"\"\n1,2\n"),
    TEXT("stray quotes", "ID,A\n1,a\"b\n2,a\"\n3,a\"\"b\n4, \"x\"\n5,a\",\"b\n"),
    TEXT("quote behind a blank", "ID,A\n \"1\",2\n\t\"3\n\",4\n"),
    TEXT("odd number of stray quotes", "ID,A\n1,a\"\n2,b\"c\"d\n3,\"x\"\n"),
    TEXT("text behind a quote", "ID,A\n1,2\n\"3\"x,4\n5,6\n"),
    TEXT("blank behind a quote", "ID,A\n1,2\n\"3\" ,4\n5,6\n"),
    TEXT("quote behind a quote", "ID,A\n1,2\n\"3\"x\"\n\",4\n5,6\n"),
    TEXT("text behind two lines", "ID,A\n\"1\n2\"\r\n\"3\r\n\"4,5\n"),
    TEXT("quote left open", "ID,A\n1,2\n3,\"4\n5,6\n7,8\n"),
    TEXT("quote open at the end", "ID,A\n1,2\n3,\""),
    TEXT("doubled quote open at the end", "ID,A\n1,2\n3,\"\"\""),
    TEXT("closed at the end", "ID,A\n1,2\n3,\"4\""),
    TEXT("closed behind a line end", "ID,A\n1,2\n3,\"4\n\""),
    TEXT("blank lines", "\n\nID,A\n\n1,2\n \n3,4\n\t \n\r\n\xE3\x80\x80\n5,6\n\n"),
    TEXT("quoted blank lines", "ID,A\n\"\"\n1,2\n\" \"\n\"\n\"\n3,4\n\"\xC2\xA0\r\n\"\n"),
    TEXT("one column", "ID\n1\n2\n\n3\r\n4"),
    TEXT("one quoted column", "\"ID\"\n\"1\"\n\"2\n3\"\n\"\"\n\"4\""),
    TEXT("NUL bytes", "ID,A\n1,\0\n\0,2\n\"\0\",\"a\0b\"\n\0\n"),
    TEXT("control bytes", "ID,A\n1,\x01\x02\x0B\x0C\x1C\x1D\x1E\x1F\x7F\n\x0B,\x0C\n"),
    TEXT("two-byte characters",
         "ID,\xC3\xA4\n\xC3\xB6,\"\xC3\xBC\n\xC3\x9F\"\n\xC2\x85,\xC2\xA0\n"),
    TEXT("three-byte characters",
         "ID,\xE2\x82\xAC\n\xE2\x80\xA8,\"\xE2\x80\xA9\n\xE3\x80\x80\"\n"),
    TEXT("four-byte characters",
         "ID,\xF0\x9F\x98\x80\n\xF0\x9F\x98\x80,\"\xF4\x8F\xBF\xBF\n\"\n"),
    TEXT("bytes like separators", "ID,A\n\xC4\x8D,\xC4\x8A\n\xE2\xAC\xA2,\xC4\xAC\n"),
    TEXT("not UTF-8", "ID,A\n1,2\n3,\xFF\n5,6\n"),
    TEXT("cut character", "ID,A\n1,2\n3,\xE2\x82\n5,6\n"),
    TEXT("cut at the end", "ID,A\n1,2\n3,\xF0\x9F\x98"),
    TEXT("overlong and surrogate", "ID,A\n1,\xED\x9F\xBF\n2,\xED\xA0\x80\n3,\xC0\x80\n"),
    TEXT("ragged rows", "ID,A,B\n1\n1,2\n1,2,3\n1,2,3,4\n1,2,3,4,5\n"),
    REPEATED("wide row", "", "1,", 150, "2\n3\n"),
    REPEATED("long field", "ID,A\n1,", "abcdefghi ", 22, "\n2,x\n"),
    REPEATED("long quoted field", "ID,A\n1,\"", "abc,\r\n\"\"i ", 25, "\"\n2,x\n"),
    REPEATED("field too big", "ID,A\n1,", "0123456789", 30, "\n2,x\n"),
    REPEATED("quoted field too big", "ID,A\n1,\"", "\xC3\xA4\r\n\"\"", 60, "\"\n2,x\n"),
    REPEATED("field much too big", "ID,A\n1,", "0123456789", 150, "\n2,x\n"),
    REPEATED("quoted field much too big", "ID,A\n\"", "\xF0\x9F\x98\x80", 300, "\"\n2"),
    REPEATED("many short rows", "A\n", "1\n", 80, ""),
    REPEATED("only delimiters", "", ",", 130, ""),
    REPEATED("only quotes", "", "\"", 129, "\n"),
    REPEATED("only CR", "", "\r", 130, ""),
    REPEATED("quotes and line ends", "A,B\n", "\"\n\"\n", 40, "1,2\n"),
    REPEATED("quotes and delimiters", "A,B\n", "\",\",", 40, "1\n"),
};
const size_t n_seam_texts = sizeof seam_texts / sizeof seam_texts[0];

size_t seam_text_size(const struct seam_text *text)
{
    return text->head.size + text->n_bodies * text->body.size + text->tail.size;
}

void seam_text_write(const struct seam_text *text, void *bytes)
{
    char *to = bytes;
    memcpy(to, text->head.bytes, text->head.size);
    to += text->head.size;
    for (size_t i = 0; i < text->n_bodies; i++, to += text->body.size)
        memcpy(to, text->body.bytes, text->body.size);
    memcpy(to, text->tail.bytes, text->tail.size);
}
