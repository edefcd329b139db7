# SPDX-License-Identifier: Apache-2.0
"""What the checks need to know of a Markdown page: its fenced blocks, headings, links and code spans."""
import dataclasses
import re

FENCE = re.compile(r'^(`{3,})\s*(.*)$')
SPAN = re.compile(r'(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)', re.DOTALL)
LINK = re.compile(r'!?\[[^\]]*\]\(([^()\s]+)\)')
HEADING = re.compile(r'^#{1,6}\s+(.*?)\s*$')


@dataclasses.dataclass
class Block:
    """A fenced block. `words` are those of its info string, the language first."""
    line: int
    words: list
    text: str
    line_before: int  # the last line above that is not empty; 0: there is none
    last_line: int

    @property
    def language(self):
        return self.words[0] if self.words else ''


@dataclasses.dataclass
class Page:
    path: object
    blocks: list
    prose: list  # (line, text) of all lines outside of blocks

    def spans(self):
        """(line, text) of code spans, those over two lines too."""
        paragraph, first = [], 0
        for line, text in [*self.prose, (0, '')]:
            if text.strip():
                first = first or line
                paragraph.append(text)
                continue
            whole = '\n'.join(paragraph)
            for match in SPAN.finditer(whole):
                yield first + whole.count('\n', 0, match.start()), ' '.join(match.group(2).split())
            paragraph, first = [], 0

    def links(self):
        for line, text in self.prose:
            for match in LINK.finditer(text):
                yield line, match.group(1)

    def anchors(self):
        """Of all headings, as GitHub makes them: repeated ones get -1, -2, ..."""
        seen = {}
        for _, text in self.prose:
            match = HEADING.match(text)
            if match:
                anchor = anchor_of(match.group(1))
                n = seen[anchor] = seen.get(anchor, -1) + 1
                yield anchor if n == 0 else f'{anchor}-{n}'


def anchor_of(heading):
    plain = LINK.sub(lambda m: re.sub(r'^!?\[|\]\(.*$', '', m.group(0)), heading)
    kept = re.sub(r'[^\w\- ]', '', plain.replace('`', '').lower())
    return kept.replace(' ', '-')


def read_page(path):
    blocks, prose = [], []
    fence, words, start, before, inside = None, [], 0, 0, []
    last_line = 0
    for number, text in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        match = FENCE.match(text)
        if fence is None and match:
            fence, words, start, before, inside = match.group(1), match.group(2).split(), number, last_line, []
        elif fence is not None and text.strip() == fence:
            blocks.append(Block(start, words, ''.join(t + '\n' for t in inside), before, number))
            fence = None
        elif fence is not None:
            inside.append(text)
        else:
            prose.append((number, text))
        if text.strip():
            last_line = number
    if fence is not None:
        raise ValueError(f'{path}:{start}: the block is never closed')
    return Page(path, blocks, prose)
