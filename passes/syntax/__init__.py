"""Syntax trees and source text: parsing, scopes, shapes, columns, differences, unparsing."""
