#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every relative link in the Markdown pages of the project leads to a file, every #anchor to a heading, and every path
of a source in `code` to a file or a folder; and docs/README.md names every page beside it.

usage: check_links.py SOURCE
"""
import pathlib
import re
import sys

from markdown_page import read_page

SOURCE_PATH = re.compile(r'(?:bench|cmake|docs|examples|host|include|kernels|src|tests|tools)/[\w./-]*')


def pages_of(source):
    folders = ['docs', 'tests/golden', 'examples', 'bench', 'tools']
    return sorted([*source.glob('*.md'), *(p for f in folders for p in (source / f).rglob('*.md'))])


def fault_of(page, link):
    if '://' in link or link.startswith('mailto:'):
        return None
    name, _, anchor = link.partition('#')
    target = (page.path.parent / name).resolve() if name else page.path
    if not target.exists():
        return f'{link}: there is no {target}'
    if anchor and (target.suffix != '.md' or anchor not in read_page(target).anchors()):
        return f'{link}: {target.name} has no such heading'
    return None


def unlisted(source):
    """The pages of docs/ that its index does not link."""
    index = source / 'docs/README.md'
    listed = {link.partition('#')[0] for _, link in read_page(index).links()} if index.exists() else set()
    return [path.name for path in sorted(source.glob('docs/*.md')) if path != index and path.name not in listed]


def main():
    source = pathlib.Path(sys.argv[1])
    n_links = 0
    faults = [f'docs/README.md: does not list {name}' for name in unlisted(source)]
    paths = pages_of(source)
    for path in paths:
        page = read_page(path)
        for line, link in page.links():
            n_links += 1
            fault = fault_of(page, link)
            if fault:
                faults.append(f'{path.relative_to(source)}:{line}: {fault}')
        for line, span in page.spans():
            if SOURCE_PATH.fullmatch(span) and not (source / span).exists():
                faults.append(f'{path.relative_to(source)}:{line}: there is no {span}')
    print('\n'.join(faults + [f'{n_links} links on {len(paths)} pages, {len(faults)} lead nowhere']))
    return 1 if faults or n_links == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
